import type { ServerResponse } from "node:http";
import { Agent, type Dispatcher } from "undici";
import { GatewayError } from "../errors/gatewayError.ts";
import { forward, readBody } from "./forward.ts";
import type { RequestRenewal } from "./renewRequest.ts";
import type { ServiceRequest } from "./service.ts";

/** Idle connections to a dedicated project's gateway are given up after this; nginx keeps its side for longer. */
const KEEP_ALIVE_MS = 15_000;
const CONNECTIONS_PER_PROJECT = 128;

/**
 * Hands whole requests to the gateway of a dedicated project, which checks keys and answers preflights itself: a project
 * so keeps its URL when it changes its plan.
 */
export class DedicatedBackend {
  readonly #renewal: RequestRenewal;
  readonly #agent = new Agent({
    connections: CONNECTIONS_PER_PROJECT,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: 3_000 },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  });

  constructor(renewal: RequestRenewal) {
    this.#renewal = renewal;
  }

  async send(asked: ServiceRequest, res: ServerResponse): Promise<void> {
    const body = await readBody(asked);
    let request = asked;
    // Nothing may come between this look and the sending: the address of before may be another project's by now.
    while (!this.#renewal.isCurrent(request)) request = await this.#renewal.renew(request);
    const { origin, path } = dedicatedTarget(request);
    const dispatcher: Pick<Dispatcher, "dispatch"> = {
      dispatch: (options, handler) => this.#agent.dispatch({ ...options, origin }, handler),
    };
    const { authorization, apikey } = request.headers;
    // Its own gateway checks the credentials, so they go on as they came.
    const extraHeaders: string[] = [];
    if (authorization !== undefined) extraHeaders.push("authorization", authorization);
    if (apikey !== undefined) extraHeaders.push("apikey", apikey);
    await forward(request, res, { dispatcher, path, body, extraHeaders, cors: [] });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/**
 * Where in the dedicated project's gateway a request goes; its base URL may have a path of its own.
 * @throws GatewayError when the project has become a shared one since the request came
 */
export function dedicatedTarget(request: Pick<ServiceRequest, "tenant" | "path" | "search">): {
  origin: string;
  path: string;
} {
  const { target } = request.tenant.config;
  if (target.plan !== "dedicated") {
    throw new GatewayError("project_unavailable", "The project has just moved to another plan.", { retryAfter: 1 });
  }
  const base = new URL(target.url);
  return { origin: base.origin, path: base.pathname.replace(/\/$/, "") + request.path + request.search };
}
