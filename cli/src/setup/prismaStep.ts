import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere, replaceFile } from "../instance/atomicFile.ts";
import { mustRun } from "../system/run.ts";
import type { SetupContext, SetupStep } from "./step.ts";

/** The client of the control database, generated from its schema when that, or the generator, has changed. */
export const prismaStep: SetupStep = {
  name: "database client",
  after: [],
  async plan(context) {
    const digest = await inputsDigest(context);
    const stamp = join(context.config.root, "automation-api", "src", "generated", ".inputs");
    if ((await readIfThere(stamp))?.trim() === digest) return undefined;
    return {
      what: "generating it from automation-api/prisma/schema.prisma",
      async run() {
        await mustRun("npm", ["run", "--silent", "--workspace", "automation-api", "generate"], {
          cwd: context.config.root,
          env: context.config.env,
          signal: context.signal,
          onOutput: context.log,
        });
        await replaceFile(stamp, `${digest}\n`, 0o644);
      },
    };
  },
};

async function inputsDigest({ config }: SetupContext): Promise<string> {
  const hash = createHash("sha256");
  for (const path of [
    ["automation-api", "prisma", "schema.prisma"],
    ["node_modules", "prisma", "package.json"],
  ]) {
    hash.update(await readFile(join(config.root, ...path)));
  }
  return hash.digest("hex");
}
