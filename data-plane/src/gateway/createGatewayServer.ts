import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type ErrorCode, GatewayError } from "../errors/gatewayError.ts";
import { type GatewayContext, handleRequest } from "./handleRequest.ts";
import { handleUpgrade } from "./handleUpgrade.ts";
import { sendRawError } from "./sendError.ts";

/** URL and headers together; long filters are common in PostgREST's URLs. */
const MAX_HEADER_BYTES = 32 * 1024;
/** Longer than usual load balancers keep idle connections, so that they never send on one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** A whole request, its body included. */
const REQUEST_TIMEOUT_MS = 300_000;
const MAX_CONNECTIONS = 20_000;

const PARSER_ERRORS: Record<string, readonly [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", `URL and headers have more than ${MAX_HEADER_BYTES} bytes.`],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "The request did not arrive in time."],
};

/** The public server. Node's strict parser refuses what is not plain HTTP/1.1, two ways of framing a body included. */
export function createGatewayServer(context: GatewayContext): Server {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      requireHostHeader: true,
      insecureHTTPParser: false,
      // Others ask for an upgrade to HTTP/2 and live with being ignored.
      shouldUpgradeCallback: (req) => req.headers.upgrade?.toLowerCase() === "websocket",
    },
    (req, res) => void handleRequest(context, req, res),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on("upgrade", (req, socket: Duplex, head: Buffer) => void handleUpgrade(context, req, socket, head));
  server.on("clientError", (error: Error & { code?: string }, socket: Duplex) => {
    if (error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const [code, message] = PARSER_ERRORS[error.code ?? ""] ?? [
      "invalid_request",
      "The request is not valid HTTP/1.1.",
    ];
    context.accessLog.refusedBytes(code);
    sendRawError(socket, new GatewayError(code, message), "");
  });
  return server;
}
