import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf } from "../errors.ts";
import { readIfThere, replaceFile } from "../instance/atomicFile.ts";

const Workspace = z.looseObject({ stacks: z.record(z.string(), z.string()) });

/**
 * Removes the engine's own notes on which stack of a state was selected last, one file a working folder. The engine keeps
 * them for ever, and each run of the Automation API may make one.
 * @param stateUrl state that goes away; notes on others stay
 */
export async function forgetWorkspaces(pulumiHome: string, stateUrl: string): Promise<void> {
  const dir = join(pulumiHome, "workspaces");
  for (const name of await filesIn(dir)) {
    const file = join(dir, name);
    const workspace = parse((await readIfThere(file)) ?? "");
    if (workspace?.stacks[stateUrl] === undefined) continue;
    const { [stateUrl]: _gone, ...stacks } = workspace.stacks;
    if (Object.keys(stacks).length === 0) await rm(file, { force: true });
    else await replaceFile(file, JSON.stringify({ ...workspace, stacks }, null, 4));
  }
}

async function filesIn(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).filter((name) => name.startsWith("supalove-") && name.endsWith("-workspace.json"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function parse(text: string): z.infer<typeof Workspace> | undefined {
  try {
    return Workspace.safeParse(JSON.parse(text)).data;
  } catch {
    // Not ours to mend.
    return undefined;
  }
}
