import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { VERSIONS } from "../src/versions.ts";

/** Compiler, server headers and the compiled pgvector (under /out). Never run, only copied from. */
export const postgresBuild: ImageDefinition = {
  name: "postgres-build",
  parents: ["base"],
  sources: [],
  inputs: { postgres: VERSIONS.postgres, pgvector: VERSIONS.pgvector, from: VERSIONS.pgvectorDebian },
  requires: [],
  async build(context) {
    await stageFolder(context);
    await context.dockerBuild({
      BASE: context.parent("base"),
      PG: VERSIONS.postgres,
      PGVECTOR: VERSIONS.pgvector,
      PGVECTOR_DEBIAN: VERSIONS.pgvectorDebian,
    });
  },
};
