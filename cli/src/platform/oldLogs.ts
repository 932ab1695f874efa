import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Logs of previews that are kept: looks on a timer would fill a folder with them. */
const KEPT = 50;

/** The oldest logs of a kind beyond those that are kept; their names begin with the kind and go on with the time. */
export function oldLogs(names: readonly string[], kind: string, kept = KEPT): readonly string[] {
  const own = names.filter((name) => name.startsWith(`${kind}-`) && name.endsWith(".log")).sort();
  return own.slice(0, Math.max(0, own.length - kept));
}

/** Removes the oldest logs of a kind. */
export async function removeOldLogs(dir: string, kind: string): Promise<void> {
  for (const name of oldLogs(await readdir(dir), kind)) await rm(join(dir, name), { force: true });
}
