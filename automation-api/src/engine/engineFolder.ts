import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const PREFIX = "engine-";

/**
 * A folder for all that one engine process, and whatever it starts, writes for a while: one that is killed can't take away its
 * own files, such as the log by which it follows the engine.
 */
export async function makeEngineFolder(workRoot: string): Promise<string> {
  await mkdir(workRoot, { recursive: true, mode: 0o700 });
  return mkdtemp(join(workRoot, PREFIX));
}

/** Removes a folder whose engine process has ended, or what is left of it. */
export const removeEngineFolder = (folder: string) => rm(folder, { recursive: true, force: true });

/** Removes the folders of all engine processes: right only where none is running. */
export async function removeEngineFolders(workRoot: string): Promise<void> {
  const entries = await readdir(workRoot).catch(() => []);
  const folders = entries.filter((name) => name.startsWith(PREFIX));
  await Promise.all(folders.map((name) => removeEngineFolder(join(workRoot, name))));
}
