import type { Migration } from "../migration.ts";
import { authConstraints } from "./constraints.ts";
import { authFunctions } from "./functions.ts";
import { authMoreTables } from "./moreTables.ts";
import { authTables } from "./tables.ts";
import { authVersions } from "./versions.ts";

/** Schema `auth`, run as its owner. Append only: a migration that ran anywhere never changes. */
export const authMigrations: readonly Migration[] = [
  {
    schema: "auth",
    id: "0001_base",
    sql: [authTables, authMoreTables, authConstraints, authVersions, authFunctions].join("\n"),
  },
];
