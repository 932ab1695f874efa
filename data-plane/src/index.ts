export type { Service, ServiceName, ServiceRequest } from "./gateway/service.ts";
export { type DataPlane, startDataPlane } from "./startDataPlane.ts";
