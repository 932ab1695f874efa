import type { IncomingMessage } from "node:http";
import type { TenantRow } from "@supalove/contracts";
import { type ErrorCode, GatewayError } from "../errors/gatewayError.ts";
import { checkKey } from "../keys/checkKey.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { TenantRegistry } from "../tenants/tenantRegistry.ts";
import type { InboundHeaders } from "./inboundHeaders.ts";
import { parseRequestTarget, type RequestTarget } from "./requestTarget.ts";
import { type ResolvedTenant, resolveTenant } from "./resolveTenant.ts";
import { findService, type Service, type ServiceRequest } from "./service.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const NOT_ACTIVE: Record<Exclude<TenantRow["status"], "active">, readonly [ErrorCode, string]> = {
  paused: ["project_paused", "The project is paused."],
  coming_up: ["project_coming_up", "The project is still being set up."],
  going_down: ["project_going_down", "The project is being deleted."],
};

/** A request as far as it can be read without knowing its project. */
export interface ParsedRequest {
  readonly headers: InboundHeaders;
  readonly target: RequestTarget;
  readonly resolved: ResolvedTenant;
}

/** @throws GatewayError when the request is ambiguous or names no project */
export function parseRequest(req: IncomingMessage, headers: InboundHeaders, domain: string): ParsedRequest {
  if (!METHODS.has(req.method ?? "")) throw new GatewayError("method_not_allowed", "The method is not allowed.");
  const target = parseRequestTarget(req.url ?? "");
  const hints = { path: target.path, host: headers.host, projectId: headers.projectId };
  return { headers, target, resolved: resolveTenant(hints, domain) };
}

/** The tenant, if its project takes requests. @throws GatewayError */
export async function findActiveTenant(registry: TenantRegistry, ref: string): Promise<Tenant> {
  const tenant = registry.peek(ref) ?? (await registry.find(ref));
  if (tenant.status === "active") return tenant;
  const [code, message] = NOT_ACTIVE[tenant.status];
  throw new GatewayError(code, message, code === "project_coming_up" ? { retryAfter: 2 } : {});
}

export interface Routed {
  readonly service: Service;
  readonly request: ServiceRequest;
}

/** Finds the service of a request to a shared project and checks the request's key. @throws GatewayError */
export async function routeToService(
  services: readonly Service[],
  tenant: Tenant,
  parsed: ParsedRequest,
  req: IncomingMessage,
  search = parsed.target.search,
): Promise<Routed> {
  const { headers, resolved } = parsed;
  const found = findService(services, resolved.path);
  if (found === undefined) throw new GatewayError("route_not_found", "No service has this path.");
  const { service, path } = found;
  const open = service.isOpen(path);
  const access = open ? undefined : await checkKey(tenant, headers, Date.now() / 1000);
  return {
    service,
    request: { tenant, access, req, headers, path, search, prefix: resolved.prefix + service.prefix },
  };
}
