import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { npmTree } from "../src/npmTree.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { bundlePostgresMeta, UNBUNDLED } from "./bundle.ts";

/** postgres-meta from npm, its package tree pinned by the lock file here, bundled: half the time and memory of its start. */
export const postgresMeta: ImageDefinition = {
  name: "postgres-meta",
  parents: ["node"],
  sources: ["images/src/npmTree.ts"],
  inputs: {},
  requires: [],
  async build(context) {
    const modules = await npmTree(context, context.folder);
    const app = join(context.stage, "app");
    context.progress("bundling");
    await bundlePostgresMeta(modules, app);
    for (const name of UNBUNDLED) {
      await cp(join(modules, name), join(app, "node_modules", name), { recursive: true });
    }
    await stageFolder(context);
    await context.dockerBuild({ PARENT: context.parent("node") });
  },
};
