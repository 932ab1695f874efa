import { randomUUID } from "node:crypto";
import { GatewayError } from "../errors/gatewayError.ts";

/** A request's headers, read once: what the gateway needs, and what goes on to the service. */
export interface InboundHeaders {
  host?: string;
  apikey?: string;
  authorization?: string;
  projectId?: string;
  origin?: string;
  contentLength?: string;
  chunked: boolean;
  upgrade?: string;
  requestedMethod?: string;
  requestedHeaders?: string;
  requestId: string;
  /** End-to-end headers as a flat list (name, value, name, ...), without any that the gateway sets itself. */
  readonly forward: string[];
}

/** Left out of {@link InboundHeaders.forward}: hop-by-hop, or set by the gateway and so never taken from a client. */
const NOT_FORWARDED = new Set([
  "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
  "http2-settings", "expect", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port",
  "x-forwarded-prefix", "x-forwarded-proto", "x-forwarded-path", "x-forwarded-server", "x-real-ip",
  "x-original-url", "x-rewrite-url", "sb-api-key",
]); // biome-ignore format: read as a list

/** What a Connection header may name; naming an end-to-end header would make a proxy drop it. */
const CONNECTION_OPTIONS = new Set(["", "close", "keep-alive", "upgrade", "te", "trailer", "http2-settings"]);

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$/;

function once(previous: string | undefined, value: string, name: string): string {
  if (previous !== undefined) throw new GatewayError("ambiguous_request", `The header ${name} was sent twice.`);
  return value;
}

/**
 * Reads the raw header list of a request in one pass.
 * @throws GatewayError ambiguous_request for a header that may come once and came twice
 */
export function readInboundHeaders(raw: readonly string[]): InboundHeaders {
  const headers: InboundHeaders = { chunked: false, requestId: "", forward: [] };
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    switch (name) {
      case "host":
        headers.host = once(headers.host, value, "Host");
        break;
      case "apikey":
        headers.apikey = once(headers.apikey, value, "apikey");
        break;
      case "authorization":
        headers.authorization = once(headers.authorization, value, "Authorization");
        break;
      case "x-project-id":
        headers.projectId = once(headers.projectId, value, "X-Project-Id");
        break;
      case "content-length":
        headers.contentLength = once(headers.contentLength, value, "Content-Length");
        headers.forward.push("content-length", value);
        break;
      case "transfer-encoding":
        headers.chunked = true;
        break;
      case "upgrade":
        headers.upgrade = value.toLowerCase();
        break;
      case "x-request-id":
        if (REQUEST_ID.test(value)) headers.requestId = value;
        break;
      case "connection":
        for (const option of value.toLowerCase().split(",")) {
          if (CONNECTION_OPTIONS.has(option.trim())) continue;
          throw new GatewayError("ambiguous_request", "The header Connection names a header that is not hop-by-hop.");
        }
        break;
      case "origin":
        headers.origin = value;
        headers.forward.push("origin", value);
        break;
      case "access-control-request-method":
        headers.requestedMethod = value;
        headers.forward.push(name, value);
        break;
      case "access-control-request-headers":
        headers.requestedHeaders = value;
        headers.forward.push(name, value);
        break;
      default:
        if (!NOT_FORWARDED.has(name)) headers.forward.push(name, value);
    }
  }
  if (headers.requestId === "") headers.requestId = randomUUID();
  return headers;
}
