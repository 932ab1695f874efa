import { access } from "node:fs/promises";
import { findProgram } from "../system/findProgram.ts";
import { run } from "../system/run.ts";
import { type HostTool, parseVersion, recentEnough } from "./tools.ts";

/** How a tool stands on this machine. */
export type ToolState =
  | { readonly state: "ok"; readonly version: string }
  | { readonly state: "old"; readonly version: string }
  | { readonly state: "missing" };

/** Looks for a tool and asks it for its version. */
export async function findTool(tool: HostTool, path: string): Promise<ToolState> {
  const file = await findProgram(tool.program, path);
  if (file === undefined) return { state: "missing" };
  if (tool.file !== undefined && !(await exists(tool.file))) return { state: "missing" };
  const answer = await run(file, tool.version.args, { timeoutMs: 15_000 });
  const version = parseVersion(tool, `${answer.stdout}${answer.stderr}`);
  if (version === undefined) return { state: "missing" };
  return { state: recentEnough(tool, version) ? "ok" : "old", version: version.join(".") };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
