import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ImageDefinition } from "../src/definition.ts";
import { npmTree } from "../src/npmTree.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { bundlePostgresMeta, UNBUNDLED } from "./bundle.ts";

const Package = z.object({ dependencies: z.object({ "@supabase/postgres-meta": z.string() }) });

/** Its program tells nobody its version, so the image does. */
async function packageVersion(folder: string): Promise<string> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  return Package.parse(JSON.parse(text)).dependencies["@supabase/postgres-meta"];
}

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
    await context.dockerBuild({ PARENT: context.parent("node"), VERSION: await packageVersion(context.folder) });
  },
};
