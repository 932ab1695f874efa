import { copyFile, link, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ENGINE_PARTS, obtainEngine, PLUGIN_VERSIONS, PULUMI_VERSION } from "@supalove/engine";
import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";

/** What project stacks need; the language host and Keycloak are the base stack's, which runs on the host. */
const PARTS = ENGINE_PARTS.filter(({ id }) => id !== "language-host" && id !== "keycloak");

/** Node and the Pulumi engine with its plugins, apart from the runner's code, which changes far more often. */
export const runnerRuntime: ImageDefinition = {
  name: "runner-runtime",
  parents: ["node"],
  sources: ["engine/modules"],
  inputs: { pulumi: PULUMI_VERSION, plugins: JSON.stringify(PLUGIN_VERSIONS) },
  requires: [],
  async build(context) {
    const engine = await obtainEngine({ onProgress: context.progress });
    for (const { file } of PARTS) {
      const target = join(context.stage, "pulumi", file);
      await mkdir(dirname(target), { recursive: true });
      // Up to a hundred megabytes each: linked where both lie on one file system.
      await link(join(engine.home, file), target).catch(() => copyFile(join(engine.home, file), target));
    }
    await stageFolder(context);
    await context.dockerBuild({ NODE: context.parent("node") });
  },
};
