import { readFile, rm } from "node:fs/promises";
import { execa } from "execa";

/**
 * Removes a Docker context. One of an interrupted debootstrap may still have /proc and /sys mounted inside: those are
 * unmounted first, as nothing below them may be deleted.
 */
export async function removeStage(stage: string): Promise<void> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const inside = mounts
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${stage}/`));
  // The innermost first.
  for (const path of inside.sort().toReversed()) await execa("umount", [path]);
  await rm(stage, { recursive: true, force: true });
}
