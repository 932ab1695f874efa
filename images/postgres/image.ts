import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { VERSIONS } from "../src/versions.ts";

const CONTENT = ["Dockerfile", "entrypoint.sh", "init-cluster.sh", "guard", "pgjwt"];

/**
 * Postgres with the extensions Debian has, pgvector, pgjwt and our guard library.
 * @param postgis adds PostGIS and pgRouting
 */
export function postgres(postgis: boolean): ImageDefinition {
  const extra = postgis
    ? [`postgresql-${VERSIONS.postgres}-postgis-3`, `postgresql-${VERSIONS.postgres}-pgrouting`]
    : [];
  return {
    name: "postgres",
    parents: ["base", "postgres-build"],
    sources: [],
    inputs: { postgres: VERSIONS.postgres, extra: extra.join(" ") },
    requires: [],
    async build(context) {
      for (const name of CONTENT) {
        await cp(join(context.folder, name), join(context.stage, name), { recursive: true });
      }
      await context.dockerBuild({
        BASE: context.parent("base"),
        BUILD: context.parent("postgres-build"),
        PG: VERSIONS.postgres,
        EXTRA_PACKAGES: extra.join(" "),
      });
    },
  };
}
