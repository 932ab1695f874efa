import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { stageFolder } from "../src/stageFolder.ts";

/** The web console, as the standalone server that Next.js makes of it. Nothing is fetched while it is built. */
export const dashboard: ImageDefinition = {
  name: "dashboard",
  parents: ["node"],
  sources: ["package-lock.json", "tsconfig.json", "dashboard", "contracts/src", "images/base/bin"],
  inputs: {},
  requires: [],
  async build(context) {
    const { root, stage } = context;
    const home = join(root, "dashboard");
    context.progress("building the pages");
    await context.run(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build", home], {
      cwd: home,
      // Whoever runs this may be a test run, and Next.js builds another program then.
      env: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    });
    await cp(join(home, ".next/standalone"), join(stage, "app"), { recursive: true, verbatimSymlinks: true });
    await cp(join(home, ".next/static"), join(stage, "app/dashboard/.next/static"), { recursive: true });
    await cp(join(root, "images/base/bin"), join(stage, "bin"), { recursive: true });
    await stageFolder(context);
    await context.dockerBuild({ PARENT: context.parent("node") });
  },
};
