import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EngineSettings } from "./engineSettings.ts";

const PREFIX = "preview-";
/** Longer than any preview takes: a folder of this age was left by a process that was killed. */
const LEFT_BEHIND_MS = 60 * 60 * 1000;

/**
 * The engine previews a stack only where one exists. For a project that is to be created it gets a state of its own in a
 * folder that goes with the preview, so that neither the real state nor any other folder ever hears of it.
 */
export async function withPreviewFolder<T>(
  settings: EngineSettings,
  ref: string,
  use: (settings: EngineSettings) => Promise<T>,
): Promise<T> {
  const folder = join(settings.workRoot, `${PREFIX}${ref}`);
  const state = join(folder, "state");
  // An earlier run of the same preview may have been killed.
  await rm(folder, { recursive: true, force: true });
  await mkdir(state, { recursive: true, mode: 0o700 });
  try {
    return await use({ ...settings, backendUrl: `file://${state}`, workRoot: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what killed processes left of their previews. */
export async function sweepPreviewFolders(workRoot: string): Promise<void> {
  const entries = await readdir(workRoot).catch(() => []);
  for (const name of entries.filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(workRoot, name);
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) await rm(folder, { recursive: true, force: true });
  }
}
