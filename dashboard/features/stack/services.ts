import type { OptionalService, StackService } from "@supalove/contracts";

/** Services of a dedicated project as people know them. */
export const SERVICES: Readonly<Record<StackService, { readonly title: string; readonly about: string }>> = {
  db: { title: "Database", about: "Postgres. Always on." },
  rest: { title: "REST API", about: "PostgREST, which supabase-js reads and writes through." },
  meta: { title: "postgres-meta", about: "For the SQL editor and tools that read or change the schema." },
  gateway: { title: "Gateway", about: "Checks keys and leads to the services. Always on." },
};

/** Services that can be left out. */
const OPTIONAL: Readonly<Record<OptionalService, true>> = { rest: true, meta: true };
export const ALL_OPTIONAL = Object.keys(OPTIONAL) as readonly OptionalService[];

export const isOptional = (service: string): service is OptionalService => Object.hasOwn(OPTIONAL, service);

/** As in `Database, REST API`. */
export const serviceWords = (services: readonly string[]): string =>
  services
    .map((service) => (Object.hasOwn(SERVICES, service) ? SERVICES[service as StackService].title : service))
    .join(", ");
