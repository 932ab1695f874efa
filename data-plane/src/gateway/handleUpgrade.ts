import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { GatewayError, toGatewayError } from "../errors/gatewayError.ts";
import { refuseEnded } from "../keys/refuseEnded.ts";
import { dedicatedTarget } from "./dedicatedBackend.ts";
import type { GatewayContext } from "./handleRequest.ts";
import { readInboundHeaders } from "./inboundHeaders.ts";
import { findActiveTenant, type ParsedRequest, parseRequest, routeToService } from "./routeRequest.ts";
import { sendRawError } from "./sendError.ts";
import type { ServiceRequest } from "./service.ts";
import { tunnel } from "./tunnel.ts";

/** A browser can't set headers on a web socket, so its key may stand in the query: moved to where keys are looked for. */
function withQueryKey(parsed: ParsedRequest): { parsed: ParsedRequest; search: string } {
  const query = new URLSearchParams(parsed.target.search);
  const [key, ...more] = query.getAll("apikey");
  if (key === undefined) return { parsed, search: parsed.target.search };
  const { apikey } = parsed.headers;
  if (more.length > 0 || (apikey !== undefined && apikey !== key)) {
    throw new GatewayError("ambiguous_request", "The request has more than one apikey.");
  }
  query.delete("apikey");
  const search = query.size > 0 ? `?${query}` : "";
  return { parsed: { ...parsed, headers: { ...parsed.headers, apikey: key } }, search };
}

/**
 * Counts a web socket to its tenant, right after a last look at the project: what closes the project's web sockets from
 * then on finds this one.
 * @returns the request by the row of now
 * @throws GatewayError when it would be refused now
 */
async function admitSocket(context: GatewayContext, asked: ServiceRequest, socket: Duplex): Promise<ServiceRequest> {
  let request = asked;
  while (!context.renewal.isCurrent(request)) request = await context.renewal.renew(request);
  if (context.stopping()) throw new GatewayError("shutting_down", "The gateway is stopping.", { retryAfter: 1 });
  context.tunnels.add(request.tenant.ref, socket);
  return request;
}

/** The gateway's way for web sockets; the same rules as for requests, then the connection belongs to the service. */
export async function handleUpgrade(
  context: GatewayContext,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const started = performance.now();
  const trail = { service: "none", ref: "", path: "", requestId: "" };
  socket.on("error", () => socket.destroy());
  try {
    const headers = readInboundHeaders(req.rawHeaders);
    trail.requestId = headers.requestId;
    const parsed = parseRequest(req, headers, context.domain);
    trail.ref = parsed.resolved.ref;
    trail.path = parsed.resolved.path;
    if (context.stopping()) throw new GatewayError("shutting_down", "The gateway is stopping.", { retryAfter: 1 });
    const tenant = await findActiveTenant(context.registry, parsed.resolved.ref);
    const { limits, target } = tenant.config;
    if (target.plan === "dedicated") {
      trail.service = "dedicated";
      await refuseEnded(tenant, headers, parsed.target.search);
      context.admission.countRequest(tenant.ref, limits, performance.now());
      const { path, prefix } = parsed.resolved;
      const asked = { tenant, access: undefined, req, headers, path, search: parsed.target.search, prefix };
      const request = await admitSocket(context, asked, socket);
      const to = dedicatedTarget(request);
      await tunnel(request, socket, head, new URL(to.origin), to.path);
    } else {
      const keyed = withQueryKey(parsed);
      const { service, request } = await routeToService(context.services, tenant, keyed.parsed, req, keyed.search);
      trail.service = service.name;
      context.admission.countRequest(tenant.ref, limits, performance.now());
      if (service.upgrade === undefined) {
        throw new GatewayError("service_unavailable", `The service "${service.name}" has no web sockets here.`);
      }
      await service.upgrade(await admitSocket(context, request, socket), socket, head);
    }
    // 499: the client hung up, or its right to the connection ended, before there was one.
    context.accessLog.upgraded(trail, socket.destroyed ? 499 : 101, performance.now() - started);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    context.accessLog.upgraded(trail, error.status, performance.now() - started, error);
    sendRawError(socket, error, trail.requestId);
  }
}
