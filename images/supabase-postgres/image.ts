import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { serviceSchemaScripts } from "./serviceSchemas.ts";

/** Postgres of one project: our Postgres with the roles, schemas and settings that `supabase/postgres` begins with. */
export const supabasePostgres: ImageDefinition = {
  name: "supabase-postgres",
  parents: ["postgres"],
  sources: ["auth", "storage", "realtime", "migration.ts", "platform/schemaWatch.ts"].map(
    (path) => `components/src/tenantSql/${path}`,
  ),
  inputs: {},
  requires: [],
  async build(context) {
    await stageFolder(context);
    // Git keeps no empty folder, and other migrations are put into it.
    await mkdir(join(context.stage, "migrations"), { recursive: true });
    for (const [name, text] of Object.entries(serviceSchemaScripts())) {
      await writeFile(join(context.stage, "init-scripts", name), text);
    }
    await context.dockerBuild({ POSTGRES: context.parent("postgres") });
  },
};
