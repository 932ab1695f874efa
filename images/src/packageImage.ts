import type { ImageDefinition, ImageName } from "./definition.ts";
import { stageFolder } from "./stageFolder.ts";

/** Definition of an image that is Debian's package on the base image, as its Dockerfile installs it. */
export const packageImage = (name: ImageName): ImageDefinition => ({
  name,
  parents: ["base"],
  sources: [],
  inputs: {},
  requires: [],
  async build(context) {
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base") });
  },
});
