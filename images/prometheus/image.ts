import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";

/** Prometheus from Debian, with the upstream image's paths and user. */
export const prometheus: ImageDefinition = {
  name: "prometheus",
  parents: ["base"],
  sources: [],
  inputs: {},
  requires: [],
  async build(context) {
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base") });
  },
};
