import type { InboundHeaders } from "./inboundHeaders.ts";

/** Headers a browser's script may read from an answer. */
const EXPOSED = [
  "content-encoding", "content-length", "content-location", "content-profile", "content-range", "content-type", "date",
  "etag", "last-modified", "location", "preference-applied", "range-unit", "retry-after", "x-request-id",
].join(", "); // biome-ignore format: read as a list
const METHODS = "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS";
/** Asked for by the supabase clients; a preflight that asks for none is told these. */
const USUAL_HEADERS =
  "authorization, x-client-info, apikey, content-type, accept, accept-profile, content-profile, prefer, range, x-project-id, x-request-id, x-region";
const HEADER_LIST = /^[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}$/;

/** True for a browser's question whether it may send the request. */
export const isPreflight = (method: string, headers: InboundHeaders): boolean =>
  method === "OPTIONS" && headers.origin !== undefined && headers.requestedMethod !== undefined;

/** Answer to a preflight. Any origin may call: access is decided by keys, and no cookie is ever taken. */
export function preflightHeaders(headers: InboundHeaders): string[] {
  const asked = headers.requestedHeaders;
  return [
    "access-control-allow-origin", "*",
    "access-control-allow-methods", METHODS,
    "access-control-allow-headers", asked !== undefined && HEADER_LIST.test(asked) ? asked : USUAL_HEADERS,
    "access-control-max-age", "3600",
    "vary", "Access-Control-Request-Headers",
  ]; // biome-ignore format: pairs
}

/** Added to every answer of the gateway to a browser; a service's own of these are replaced. */
export const CORS_HEADERS: readonly string[] = [
  "access-control-allow-origin",
  "*",
  "access-control-expose-headers",
  EXPOSED,
];
