import { GatewayError } from "../errors/gatewayError.ts";
import type { Service, ServiceName } from "./service.ts";

/** A service that has a route but does not exist on this platform yet; says so, with or without a key. */
export function plannedService(name: ServiceName): Service {
  return {
    name,
    prefix: `/${name}/v1`,
    isOpen: () => true,
    handle: async () => {
      throw new GatewayError("service_unavailable", `This platform does not offer the service "${name}" yet.`);
    },
  };
}
