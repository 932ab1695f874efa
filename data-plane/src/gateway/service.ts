import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Access } from "../keys/checkKey.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { InboundHeaders } from "./inboundHeaders.ts";

export const SERVICE_NAMES = ["rest", "graphql", "auth", "storage", "realtime", "functions"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** A request on its way to a service: the project is known and its key checked where the service asks for one. */
export interface ServiceRequest {
  readonly tenant: Tenant;
  /** Undefined on a service's open paths, when the request came without a key. */
  readonly access: Access | undefined;
  readonly req: IncomingMessage;
  readonly headers: InboundHeaders;
  /** Path behind the service's prefix, with a leading slash. */
  readonly path: string;
  readonly search: string;
  /** What the client's URL had before {@link path}: `/projects/<ref>` (if so) and the service's prefix. */
  readonly prefix: string;
}

/** A service behind the gateway. To add one, register it in the table that `main.ts` builds. */
export interface Service {
  readonly name: ServiceName;
  /** E.g. `/rest/v1`. */
  readonly prefix: string;
  /** True for paths that need no key here because the service checks by itself. */
  readonly isOpen: (path: string) => boolean;
  /** Answers a request. What it throws before it has begun to answer, the gateway answers. */
  readonly handle: (request: ServiceRequest, res: ServerResponse) => Promise<void>;
  /** Takes over a web socket's connection; absent where the service has none. */
  readonly upgrade?: (request: ServiceRequest, socket: Duplex, head: Buffer) => Promise<void>;
}

/** The service a path belongs to, with the path behind its prefix. */
export function findService(
  services: readonly Service[],
  path: string,
): { service: Service; path: string } | undefined {
  for (const service of services) {
    if (!path.startsWith(service.prefix)) continue;
    const rest = path.slice(service.prefix.length);
    if (rest === "") return { service, path: "/" };
    if (rest.charCodeAt(0) === 47 /* "/" */) return { service, path: rest };
  }
  return undefined;
}
