import type { ServerResponse } from "node:http";
import type { Pool } from "undici";
import { GatewayError } from "../errors/gatewayError.ts";
import { CORS_HEADERS } from "../gateway/cors.ts";
import { type ForwardBody, forward, readBody } from "../gateway/forward.ts";
import { ServiceHungUpError } from "../gateway/forwardHandler.ts";
import type { RequestRenewal } from "../gateway/renewRequest.ts";
import type { Service, ServiceRequest } from "../gateway/service.ts";
import type { ManagedProcess } from "../processes/managedProcess.ts";
import type { ProcessManager } from "../processes/processManager.ts";
import { type ProcessSpec, ProcessUnavailableError } from "../processes/processSpec.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { postgrestSpec } from "./postgrestSpec.ts";

export interface RestOptions {
  readonly processes: ProcessManager<Pool>;
  /** PostgREST's program. */
  readonly command: string;
  /** No process may be started for a row that is not the tenant's any more. */
  readonly renewal: RequestRenewal;
}

/** Sends requests to the tenant's own PostgREST, which runs from the first one on. */
export class RestBackend {
  readonly #options: RestOptions;
  readonly #specs = new WeakMap<Tenant, ProcessSpec<Pool>>();

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /**
   * @param path PostgREST's own path with its query
   * @param extraHeaders headers beside the client's
   */
  async send(
    request: ServiceRequest,
    res: ServerResponse,
    path: string,
    extraHeaders?: readonly string[],
  ): Promise<void> {
    const body = await readBody(request);
    try {
      await this.#attempt(request, res, path, body, extraHeaders);
    } catch (error) {
      if (!mayRepeat(error, request, body)) throw error;
      // The process died with the request in it, or before: the next one is a fresh process.
      await this.#attempt(request, res, path, body, extraHeaders);
    }
  }

  async #attempt(
    asked: ServiceRequest,
    res: ServerResponse,
    path: string,
    body: ForwardBody,
    extraHeaders: readonly string[] | undefined,
  ): Promise<void> {
    const { processes, renewal } = this.#options;
    let request = asked;
    let process: ManagedProcess<Pool> | undefined;
    while (process === undefined) {
      // Nothing may come between this look and the process.
      while (!renewal.isCurrent(request)) request = await renewal.renew(request);
      try {
        process = await this.#acquire(request.tenant);
      } catch (error) {
        // What was waited for is not the project's any more; what is, is asked for next.
        if (renewal.isCurrent(request)) throw error;
      }
    }
    try {
      const target = { dispatcher: process.client, path, body, cors: CORS_HEADERS };
      const status = await forward(request, res, extraHeaders ? { ...target, extraHeaders } : target);
      if (status === 503) processes.suspect(process);
      // 499: the client hung up, which says nothing of the process.
      else if (status !== 499) processes.served(process);
    } catch (error) {
      if (error instanceof ServiceHungUpError) await processes.doubt(process);
      throw error;
    } finally {
      processes.release(process);
    }
  }

  async #acquire(tenant: Tenant): Promise<ManagedProcess<Pool>> {
    let spec = this.#specs.get(tenant);
    if (spec === undefined) {
      spec = postgrestSpec(tenant, this.#options.command);
      this.#specs.set(tenant, spec);
    }
    try {
      return await this.#options.processes.acquire(spec);
    } catch (cause) {
      if (!(cause instanceof ProcessUnavailableError)) throw cause;
      const busy = cause.reason === "capacity";
      throw new GatewayError(
        busy ? "gateway_busy" : "project_unavailable",
        busy ? "All places for active projects are taken right now." : "The project's REST service is not available.",
        { retryAfter: Math.max(1, Math.ceil(cause.retryAfterMs / 1000)), cause },
      );
    }
  }
}

/** A request may go to a second process when the first can't have acted on it, or when acting twice changes nothing. */
function mayRepeat(error: unknown, request: ServiceRequest, body: ForwardBody): boolean {
  if (!(error instanceof ServiceHungUpError)) return false;
  const replayable = body === null || Buffer.isBuffer(body);
  const { method } = request.req;
  return replayable && (error.neverSent || method === "GET" || method === "HEAD" || method === "OPTIONS");
}

/**
 * `/rest/v1`. The root document (OpenAPI) stays open to the anon key as with PostgREST itself: it lists only what the
 * asking role may use.
 */
export function restService(backend: RestBackend): Service {
  return {
    name: "rest",
    prefix: "/rest/v1",
    isOpen: () => false,
    handle: (request, res) => backend.send(request, res, request.path + request.search),
  };
}
