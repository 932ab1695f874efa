import type { IncomingMessage, ServerResponse } from "node:http";
import { GatewayError, toGatewayError } from "../errors/gatewayError.ts";
import { refuseEnded } from "../keys/refuseEnded.ts";
import type { AccessLog, Outcome } from "../observability/accessLog.ts";
import type { TenantRegistry } from "../tenants/tenantRegistry.ts";
import type { Admission } from "./admission.ts";
import { CORS_HEADERS, isPreflight, preflightHeaders } from "./cors.ts";
import type { DedicatedBackend } from "./dedicatedBackend.ts";
import { type InboundHeaders, readInboundHeaders } from "./inboundHeaders.ts";
import type { RequestRenewal } from "./renewRequest.ts";
import { findActiveTenant, type ParsedRequest, parseRequest, routeToService } from "./routeRequest.ts";
import { sendError } from "./sendError.ts";
import type { Service } from "./service.ts";
import type { Tunnels } from "./tunnel.ts";

export interface GatewayContext {
  readonly registry: TenantRegistry;
  readonly renewal: RequestRenewal;
  readonly services: readonly Service[];
  readonly dedicated: DedicatedBackend;
  readonly admission: Admission;
  readonly tunnels: Tunnels;
  readonly accessLog: AccessLog;
  /** Parent domain of `<ref>.<domain>`, in lower case. */
  readonly domain: string;
  /** True from the moment the gateway is told to stop. */
  readonly stopping: () => boolean;
}

/** What is known of a request as it goes along, for its line in the access log. */
type Trail = { -readonly [K in keyof Outcome]: Outcome[K] };

/** The gateway's one way for requests: resolve the project, check rate and key, take a place, hand over to the service. */
export async function handleRequest(context: GatewayContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const started = performance.now();
  const trail: Trail = { service: "none", ref: undefined, path: "", requestId: "", error: undefined };
  res.once("close", () => context.accessLog.finished(req, res, trail, performance.now() - started));
  try {
    const headers = readInboundHeaders(req.rawHeaders);
    trail.requestId = headers.requestId;
    const parsed = parseRequest(req, headers, context.domain);
    trail.ref = parsed.resolved.ref;
    trail.path = parsed.resolved.path;
    await serve(context, req, res, parsed, trail);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    trail.error = error;
    sendError(req, res, error, trail.requestId);
  }
}

async function serve(
  context: GatewayContext,
  req: IncomingMessage,
  res: ServerResponse,
  parsed: ParsedRequest,
  trail: Trail,
): Promise<void> {
  const { headers, resolved, target } = parsed;
  if (context.stopping()) throw new GatewayError("shutting_down", "The gateway is stopping.", { retryAfter: 1 });
  const tenant = await findActiveTenant(context.registry, resolved.ref);
  const { limits } = tenant.config;
  if (tenant.config.target.plan === "dedicated") {
    trail.service = "dedicated";
    await refuseEnded(tenant, headers, target.search);
    const { path, prefix } = resolved;
    const request = { tenant, access: undefined, req, headers, path, search: target.search, prefix };
    context.admission.countRequest(tenant.ref, limits, performance.now());
    await admitted(context, tenant.ref, limits, res, () => context.dedicated.send(request, res));
    return;
  }
  if (isPreflight(req.method ?? "", headers)) {
    sendPreflight(res, headers);
    return;
  }
  const { service, request } = await routeToService(context.services, tenant, parsed, req);
  trail.service = service.name;
  context.admission.countRequest(tenant.ref, limits, performance.now());
  await admitted(context, tenant.ref, limits, res, () => service.handle(request, res));
}

/** Runs `work` while holding one of the tenant's places. */
async function admitted(
  { admission }: GatewayContext,
  ref: string,
  limits: Parameters<Admission["enter"]>[1],
  res: ServerResponse,
  work: () => Promise<void>,
): Promise<void> {
  await admission.enter(ref, limits, performance.now());
  try {
    // A client that hung up while it waited needs no answer any more.
    if (!res.destroyed) await work();
  } finally {
    admission.leave(ref);
  }
}

function sendPreflight(res: ServerResponse, headers: InboundHeaders): void {
  res.writeHead(204, [...preflightHeaders(headers), ...CORS_HEADERS.slice(2), "x-request-id", headers.requestId]);
  res.end();
}
