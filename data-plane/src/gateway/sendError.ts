import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { GatewayError } from "../errors/gatewayError.ts";
import { CORS_HEADERS } from "./cors.ts";

function errorHeaders(error: GatewayError, body: string, requestId: string): string[] {
  const headers = [
    ...CORS_HEADERS,
    "content-type",
    "application/json; charset=utf-8",
    "content-length",
    String(Buffer.byteLength(body)),
    "cache-control",
    "no-store",
    "x-request-id",
    requestId,
  ];
  if (error.retryAfter !== undefined) headers.push("retry-after", String(error.retryAfter));
  if (error.status === 401) headers.push("www-authenticate", "Bearer");
  return headers;
}

/** Answers a request with an error, or cuts the connection when an answer has begun already. */
export function sendError(req: IncomingMessage, res: ServerResponse, error: GatewayError, requestId: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify(error.body);
  const headers = errorHeaders(error, body, requestId);
  // What is left of a refused body is not worth reading: the connection ends with the answer.
  if (!req.complete) headers.push("connection", "close");
  res.writeHead(error.status, headers);
  res.end(req.method === "HEAD" ? undefined : body);
}

/** The same on a connection without a response object: a web socket's handshake, or bytes that are no HTTP. */
export function sendRawError(socket: Duplex, error: GatewayError, requestId: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(error.body);
  const headers = [...errorHeaders(error, body, requestId), "connection", "close"];
  let text = `HTTP/1.1 ${error.status} \r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${text}\r\n${body}`);
}
