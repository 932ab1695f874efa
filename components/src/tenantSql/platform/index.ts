import type { Migration } from "../migration.ts";
import { catalogRevokes } from "./catalogRevokes.ts";
import { eventTriggers } from "./eventTriggers.ts";
import { schemasAndExtensions } from "./extensions.ts";
import { history } from "./history.ts";

/**
 * What the platform itself owns in a tenant database. In an existing database these run on a superuser session, so
 * they hold definitions of platform-owned objects only: nothing that evaluates, fires or reads anything of a tenant.
 */
export const platformMigrations: readonly Migration[] = [
  {
    schema: "platform",
    id: "0001_base",
    sql: [history, schemasAndExtensions, eventTriggers, catalogRevokes].join("\n"),
  },
];
