import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../errors.ts";

/**
 * Makes a folder, and those above it, for its owner alone. Level by level: Node's own way of doing so says "no such file"
 * on a read-only file system.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await make(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make(path);
  }
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}
