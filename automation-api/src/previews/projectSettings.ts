import { type KeyGenerations, OPTIONAL_SERVICES, type Size, StackSettings } from "@supalove/contracts";
import { tenantLimits } from "../projects/tenantLimits.ts";
import { databaseQuota } from "../watchdog/planQuota.ts";

const GIB = 1024 ** 3;

interface Facts {
  readonly name: string;
  readonly plan: string;
  readonly size: Size;
  readonly keys: KeyGenerations;
  readonly passwordGeneration: number;
  /** Column `stack`, of a dedicated project. */
  readonly stack: unknown;
}

/** A dedicated project's settings by name, so that each that changes is told by itself. */
function stackOf(stack: unknown) {
  const { services, postgresSettings, routes, publishDatabase } = StackSettings.parse(stack);
  const access = { none: "without a key", anon: "for every key", service: "for the service key" };
  return {
    services: Object.fromEntries(
      OPTIONAL_SERVICES.map((service) => [service, services.includes(service) ? "on" : "off"]),
    ),
    postgres: postgresSettings,
    routes: Object.fromEntries(
      routes.map(({ path, target, auth, strip_path }) => [
        path,
        `${target} (${access[auth]}${strip_path ? "" : ", with its path"})`,
      ]),
    ),
    databasePublished: publishDatabase,
  };
}

/** What the control plane itself keeps of a project and people may know: a preview compares it as it compares resources. */
export function projectSettings({ name, plan, size, keys, passwordGeneration, stack }: Facts) {
  const { restPool, ...atTheGateway } = tenantLimits(size);
  // When an overlap ends follows from when it is applied, so that it is in no preview.
  const { generation, previous } = keys;
  const secrets = {
    keys: { generation, overlapHours: previous?.overlapHours ?? null },
    passwords: passwordGeneration,
  };
  // A dedicated project's database grows as far as its server's disk, and its PostgREST is its own.
  if (plan === "dedicated") return { name, plan, size, limits: atTheGateway, ...secrets, ...stackOf(stack) };
  const limits = { ...atTheGateway, restPool };
  return { name, plan, size, databaseQuota: `${databaseQuota(size) / GIB} GiB`, limits, ...secrets };
}
