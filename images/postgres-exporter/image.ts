import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";

/** Figures of a Postgres cluster for Prometheus; from Debian, with the upstream image's path and user. */
export const postgresExporter: ImageDefinition = {
  name: "postgres-exporter",
  parents: ["base"],
  sources: [],
  inputs: {},
  requires: [],
  async build(context) {
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base") });
  },
};
