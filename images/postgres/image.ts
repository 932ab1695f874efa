import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { VERSIONS } from "../src/versions.ts";

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
      await stageFolder(context);
      await context.dockerBuild({
        BASE: context.parent("base"),
        BUILD: context.parent("postgres-build"),
        PG: VERSIONS.postgres,
        EXTRA_PACKAGES: extra.join(" "),
      });
    },
  };
}
