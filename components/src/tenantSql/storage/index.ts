import type { Migration } from "../migration.ts";
import { storageFunctions } from "./functions.ts";
import { storageTables } from "./tables.ts";

/** Schema `storage`, run as its owner. Append only: a migration that ran anywhere never changes. */
export const storageMigrations: readonly Migration[] = [
  { schema: "storage", id: "0001_base", sql: [storageTables, storageFunctions].join("\n") },
];
