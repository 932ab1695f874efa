import { type PlannedChange, SECRET_MASK } from "@supalove/contracts/api/index.ts";

/**
 * Properties that may be left as somebody set them by hand. Networks are not among them: they keep the parts apart. Nor are
 * logins, clients, roles and images, which are other resources.
 */
const HARMLESS = new Map<string, RegExp>([
  [
    "docker:index/container:Container",
    /^(memory|memorySwap|memoryReservation|cpus|cpuSet|cpuShares|cpuPeriod|cpuQuota|restart|maxRetryCount)$/,
  ],
  ["keycloak:index/realm:Realm", /./],
]);

const masked = (value: unknown) => JSON.stringify(value ?? null).includes(SECRET_MASK);

/**
 * Whether a difference of the platform may be left as it is: settings alone. Something that is gone can't, and neither can a
 * secret, of which nobody could tell whether it changed again.
 */
export function isAcceptable({ type, op, destructive, detailed }: PlannedChange): boolean {
  const harmless = HARMLESS.get(type);
  if (op !== "update" || destructive || harmless === undefined || detailed.length === 0) return false;
  return detailed.every(({ path, before, after }) => harmless.test(path) && !masked(before) && !masked(after));
}
