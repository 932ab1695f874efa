import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";

/** nginx without root, on port 8080. */
export const nginx: ImageDefinition = {
  name: "nginx",
  parents: ["base"],
  sources: [],
  inputs: {},
  requires: [],
  async build(context) {
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base") });
  },
};
