import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Dispatcher } from "undici";
import { GatewayError } from "../errors/gatewayError.ts";
import { ForwardHandler } from "./forwardHandler.ts";
import { requestHeaders } from "./forwardHeaders.ts";
import type { ServiceRequest } from "./service.ts";

/**
 * A body up to here is read before the service is asked: it then takes one write, a slow sender holds no connection of
 * the service, and the request can be sent again. Larger and chunked ones are streamed.
 */
const BUFFERED_BYTES = 64 * 1024;

export type ForwardBody = Buffer | PassThrough | null;

/** Takes in a request's body as far as it should be before the service is asked. @throws GatewayError body_too_large */
export async function readBody(request: ServiceRequest): Promise<ForwardBody> {
  const { headers, req, tenant } = request;
  const { bodyBytes } = tenant.config.limits;
  if (headers.contentLength === undefined && !headers.chunked) return null;
  const length = headers.contentLength === undefined ? undefined : Number(headers.contentLength);
  if (length === 0) return null;
  if (length !== undefined && length > bodyBytes) {
    throw new GatewayError("body_too_large", `The body has ${length} bytes; this project takes ${bodyBytes}.`);
  }
  if (length !== undefined && length <= BUFFERED_BYTES) {
    return buffer(req).catch((cause: unknown) => {
      throw new GatewayError("invalid_request", "The body ended before its announced length.", { cause });
    });
  }
  // The detour keeps the client's connection alive when the service's breaks, so that an answer can be given.
  return req.pipe(new PassThrough());
}

export interface ForwardTarget {
  readonly dispatcher: Pick<Dispatcher, "dispatch">;
  readonly path: string;
  readonly body: ForwardBody;
  /** Headers beside the usual ones. */
  readonly extraHeaders?: readonly string[];
  readonly cors: readonly string[];
}

/**
 * Sends a request to a service and its answer to the client, streaming both ways.
 * @returns the status of the answer, once the answer is complete or the client is gone
 * @throws GatewayError when the service gave no answer; nothing was sent to the client then
 */
export function forward(request: ServiceRequest, res: ServerResponse, target: ForwardTarget): Promise<number> {
  const { limits } = request.tenant.config;
  const timeout = limits.timeoutSeconds * 1000;
  const headers = requestHeaders(request);
  if (target.extraHeaders) headers.push(...target.extraHeaders);
  return new Promise((resolve, reject) => {
    const handler = new ForwardHandler(res, {
      requestId: request.headers.requestId,
      cors: target.cors,
      maxBodyBytes: limits.bodyBytes,
      done: resolve,
      failed: reject,
    });
    target.dispatcher.dispatch(
      {
        path: target.path,
        method: request.req.method as Dispatcher.HttpMethod,
        headers,
        body: target.body,
        headersTimeout: timeout,
        bodyTimeout: timeout,
      },
      handler,
    );
  });
}
