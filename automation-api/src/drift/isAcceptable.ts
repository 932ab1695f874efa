import type { PlannedChange } from "@supalove/contracts/api/index.ts";

/**
 * Facts about the inside of a database that are the project's own business, by the kind that tells them; every other one keeps
 * tenants apart, or the platform's services at work. On the dedicated plan the owner may set the API's roles by itself.
 */
const HARMLESS = new Map<string, RegExp>([
  ["supalove:cluster:TenantSchema", /^(extension|setting) /],
  ["supalove:project:Database", /^setting \S+ of (anon|authenticated|authenticator)( in this database)?: /],
]);

/**
 * Whether a difference may be left as it is. Something that is missing can't, since the project needs it; nor can rights,
 * owners and logins, which keep the projects of a cluster apart.
 */
export function isAcceptable({ type, op, detailed }: PlannedChange): boolean {
  const harmless = HARMLESS.get(type);
  if (op !== "update" || harmless === undefined) return false;
  return detailed.every(
    ({ path, before }) => path.startsWith("drift") && typeof before === "string" && harmless.test(before),
  );
}
