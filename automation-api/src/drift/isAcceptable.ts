import type { PlannedChange } from "@supalove/contracts/api/index.ts";

/** Facts about the inside of a database that are the project's own business; every other one keeps tenants apart. */
const HARMLESS = /^(extension|setting) /;

/**
 * Whether a difference may be left as it is. Something that is missing can't, since the project needs it; nor can rights,
 * owners and logins, which keep the projects of a cluster apart.
 */
export function isAcceptable({ type, op, detailed }: PlannedChange): boolean {
  if (op !== "update" || type !== "supalove:cluster:TenantSchema") return false;
  return detailed.every(
    ({ path, before }) => path.startsWith("drift") && typeof before === "string" && HARMLESS.test(before),
  );
}
