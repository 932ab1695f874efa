import type { ServerResponse } from "node:http";
import { Agent, type Dispatcher } from "undici";
import { forward, readBody } from "./forward.ts";
import type { ServiceRequest } from "./service.ts";

/** Idle connections to a dedicated project's gateway are given up after this; nginx keeps its side for longer. */
const KEEP_ALIVE_MS = 15_000;
const CONNECTIONS_PER_PROJECT = 128;

/**
 * Hands whole requests to the gateway of a dedicated project, which checks keys and answers preflights itself: a project
 * so keeps its URL when it changes its plan.
 */
export class DedicatedBackend {
  readonly #agent = new Agent({
    connections: CONNECTIONS_PER_PROJECT,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: 3_000 },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
  });

  async send(request: ServiceRequest, res: ServerResponse, url: string): Promise<void> {
    const body = await readBody(request);
    const { origin, path } = dedicatedTarget(url, request);
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

/** Where in the dedicated project's gateway a request goes; its base URL may have a path of its own. */
export function dedicatedTarget(
  url: string,
  request: Pick<ServiceRequest, "path" | "search">,
): { origin: string; path: string } {
  const base = new URL(url);
  return { origin: base.origin, path: base.pathname.replace(/\/$/, "") + request.path + request.search };
}
