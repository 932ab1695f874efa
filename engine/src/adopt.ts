import { stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { EngineConfig } from "./config.ts";
import type { EnginePart } from "./parts.ts";
import { PULUMI_VERSION } from "./versions.ts";

/** Parts that somebody else installed in Pulumi's folder: the pinned versions are used as they are. */
export async function findInstalled(
  config: EngineConfig,
  parts: readonly EnginePart[],
): Promise<readonly EnginePart[]> {
  const there: EnginePart[] = [];
  for (const part of parts) {
    const file = await stat(join(config.home, part.file)).catch(() => undefined);
    if (file?.isFile()) there.push(part);
  }
  if (!there.some((part) => part.id === "pulumi" || part.id === "language-host")) return there;
  // A plugin's version is its folder's name; the engine has to be asked.
  const pinned = (await installedVersion(config)) === PULUMI_VERSION;
  return there.filter((part) => pinned || (part.id !== "pulumi" && part.id !== "language-host"));
}

/** Version of the engine in Pulumi's folder; undefined when none answers. */
export async function installedVersion(config: EngineConfig): Promise<string | undefined> {
  const { stdout, failed } = await execa(join(config.home, "bin", "pulumi"), ["version"], {
    reject: false,
    timeout: 10_000,
    env: { PULUMI_HOME: config.home, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return failed ? undefined : stdout.trim().replace(/^v/, "");
}
