import type { IncomingMessage } from "node:http";
import type { ServiceRequest } from "./service.ts";

/** Headers that are about one connection, never passed on; and those of which the gateway sends its own. */
const NOT_RETURNED = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "transfer-encoding",
  "trailer",
  "upgrade",
  "server",
  "x-request-id",
]);

/** The client's address as the gateway sees it; what a client says about itself is not believed. */
function clientAddress(req: IncomingMessage): string {
  const address = req.socket.remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}

/** Headers for the service: the client's end-to-end ones, then what only the gateway may say. */
export function requestHeaders(request: ServiceRequest): string[] {
  const { headers, access, req, prefix } = request;
  const list = headers.forward.slice();
  const host = headers.host ?? "";
  list.push("host", host, "x-request-id", headers.requestId, "x-forwarded-for", clientAddress(req));
  list.push("x-forwarded-host", host, "x-forwarded-proto", "http", "x-forwarded-prefix", prefix);
  if (access) {
    list.push("authorization", access.authorization);
    if (access.apikey !== undefined) list.push("apikey", access.apikey);
  }
  return list;
}

/** The service's headers for the client, as a flat list. */
export function responseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  requestId: string,
  cors: readonly string[],
): string[] {
  const list: string[] = [...cors, "x-request-id", requestId];
  for (const name in headers) {
    if (NOT_RETURNED.has(name)) continue;
    if (cors.length > 0 && name.startsWith("access-control-")) continue;
    const value = headers[name];
    if (typeof value === "string") list.push(name, value);
    else for (const each of value ?? []) list.push(name, each);
  }
  return list;
}
