import { access } from "node:fs/promises";
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import type { SetupStep } from "./step.ts";

export async function engineMissing(context: CliContext): Promise<boolean> {
  try {
    await access(join(context.config.pulumiHome, "bin", "pulumi"));
    return false;
  } catch {
    return true;
  }
}

export const engineStep: SetupStep = {
  name: "Pulumi engine",
  after: ["host packages"],
  async plan(context) {
    if (!(await engineMissing(context))) return undefined;
    return undefined;
  },
};
