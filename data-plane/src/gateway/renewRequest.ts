import { checkKey } from "../keys/checkKey.ts";
import { refuseEnded } from "../keys/refuseEnded.ts";
import type { TenantRegistry } from "../tenants/tenantRegistry.ts";
import { findActiveTenant } from "./routeRequest.ts";
import type { ServiceRequest } from "./service.ts";

/** A request can be on its way for long, e.g. while its body comes in; meanwhile its project's row may change. */
export interface RequestRenewal {
  /** False once the row has changed, or keys of a rotation have ended, since the request's tenant was opened. */
  readonly isCurrent: (request: ServiceRequest) => boolean;
  /** The same request by the row of now. @throws GatewayError when it would be refused today */
  readonly renew: (request: ServiceRequest) => Promise<ServiceRequest>;
}

export function requestRenewal(registry: TenantRegistry): RequestRenewal {
  return {
    isCurrent: ({ tenant }) => registry.peek(tenant.ref) === tenant,
    renew: async (request) => {
      const tenant = await findActiveTenant(registry, request.tenant.ref);
      if (tenant.config.target.plan === "dedicated") await refuseEnded(tenant, request.headers, request.search);
      // A path that was open stays open: which ones are is the service's to say, not the project's.
      if (request.access === undefined) return { ...request, tenant };
      return { ...request, tenant, access: await checkKey(tenant, request.headers, Date.now() / 1000) };
    },
  };
}
