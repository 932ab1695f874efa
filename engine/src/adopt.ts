import { stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { EngineConfig } from "./config.ts";
import { type EnginePart, isPlugin, unfinishedMark } from "./parts.ts";
import { PULUMI_VERSION } from "./versions.ts";

/** Parts that somebody else installed in Pulumi's folder: the pinned versions are used as they are. */
export async function findInstalled(
  config: EngineConfig,
  parts: readonly EnginePart[],
): Promise<readonly EnginePart[]> {
  const there: EnginePart[] = [];
  for (const part of parts) {
    if (await isWhole(config, part)) there.push(part);
  }
  if (!there.some((part) => part.id === "pulumi" || part.id === "language-host")) return there;
  // A plugin's version is its folder's name; the engine has to be asked.
  const pinned = (await installedVersion(config)) === PULUMI_VERSION;
  return there.filter((part) => pinned || (part.id !== "pulumi" && part.id !== "language-host"));
}

/** A program that can be started, and of a plugin, that whoever installed it got to the end of that. */
async function isWhole(config: EngineConfig, part: EnginePart): Promise<boolean> {
  const look = (path: string) => stat(join(config.home, path)).catch(() => undefined);
  if (isPlugin(part) && (await look(unfinishedMark(part))) !== undefined) return false;
  const file = await look(part.file);
  if (!file?.isFile()) return false;
  return file.size > 0 && (file.mode & 0o111) !== 0;
}

/** Version of the engine in Pulumi's folder; undefined when none answers. */
export const installedVersion = (config: EngineConfig) => versionOf(config, join(config.home, "bin", "pulumi"));

/** Version that an engine's program answers; undefined when it does not. */
export async function versionOf(config: EngineConfig, program: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(program, ["version"], {
    reject: false,
    timeout: 10_000,
    env: { PULUMI_HOME: config.home, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return failed ? undefined : stdout.trim().replace(/^v/, "");
}
