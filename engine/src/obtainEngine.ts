import { access, rename } from "node:fs/promises";
import { join } from "node:path";
import { findInstalled, installedVersion } from "./adopt.ts";
import { buildFromModules } from "./buildFromModules.ts";
import { type EngineConfig, loadEngineConfig } from "./config.ts";
import { downloadEngine, downloadPlugin, releaseRefusal } from "./download.ts";
import { engineSourcesDigest, MODULES_DIR } from "./modules.ts";
import { ENGINE_PARTS, type EnginePart, isPlugin } from "./parts.ts";
import { duration, type Progress } from "./progress.ts";
import { OFFICIAL_RELEASE, type Release } from "./release.ts";
import { type PartOrigin, partStates, recordPart } from "./stamp.ts";
import { PULUMI_VERSION } from "./versions.ts";

export interface ObtainEngineOptions {
  readonly onProgress?: Progress;
  readonly config?: EngineConfig;
  /** `modules` skips the official download. Default: `any`. */
  readonly from?: "any" | "modules";
  readonly signal?: AbortSignal;
  /** Default: the official one. */
  readonly release?: Release;
  /** Folder of the Go modules. Default: ours. */
  readonly modules?: string;
}

export interface ObtainedEngine {
  /** Pulumi's folder, `PULUMI_HOME`. */
  readonly home: string;
  /** Folder of the `pulumi` command, for PATH. */
  readonly bin: string;
  readonly parts: ReadonlyMap<EnginePart["id"], PartOrigin>;
  /** False when everything was there before. */
  readonly changed: boolean;
}

/** Calls under way, by Pulumi's folder. */
const underWay = new Map<string, Promise<ObtainedEngine>>();

/**
 * Makes sure that the pinned engine, the Node language host and the provider plugins are in Pulumi's folder: found there,
 * else downloaded, else built from Go modules. Safe to interrupt; the next call goes on. Who asks while another call of
 * this process is at it (the set-up itself, and the image that holds the engine) waits for that one.
 * @throws EngineError, GoMissingError
 */
export function obtainEngine(options: ObtainEngineOptions = {}): Promise<ObtainedEngine> {
  const config = options.config ?? loadEngineConfig();
  const running = underWay.get(config.home);
  if (running !== undefined) return running;
  const started = obtain({ ...options, config }).finally(() => underWay.delete(config.home));
  underWay.set(config.home, started);
  return started;
}

async function obtain(options: ObtainEngineOptions & { readonly config: EngineConfig }): Promise<ObtainedEngine> {
  const { config } = options;
  const sources = await engineSourcesDigest(options.modules);
  if ((await missingParts(config, sources)).length > 0) {
    const changed = await complete(options, sources);
    return obtained(config, sources, changed);
  }
  return obtained(config, sources, false);
}

async function obtained(config: EngineConfig, sources: string, changed: boolean): Promise<ObtainedEngine> {
  const parts = new Map<EnginePart["id"], PartOrigin>();
  for (const [id, known] of await partStates(config, ENGINE_PARTS, sources)) {
    if (known.state === "current") parts.set(id, known.origin);
  }
  return { home: config.home, bin: join(config.home, "bin"), parts, changed };
}

async function missingParts(config: EngineConfig, sources: string): Promise<readonly EnginePart[]> {
  const states = await partStates(config, ENGINE_PARTS, sources);
  return ENGINE_PARTS.filter((part) => states.get(part.id)?.state !== "current");
}

/** Gets what is missing, the cheapest way first. @returns whether anything new was put in place */
async function complete(
  options: ObtainEngineOptions & { readonly config: EngineConfig },
  sources: string,
): Promise<boolean> {
  const { config, signal } = options;
  const progress = options.onProgress ?? (() => undefined);
  const started = performance.now();

  const states = await partStates(config, ENGINE_PARTS, sources);
  const unknown = ENGINE_PARTS.filter((part) => states.get(part.id)?.state === "unknown");
  for (const part of await findInstalled(config, unknown)) await recordPart(config, part, "found", sources);
  const missing = await missingParts(config, sources);
  if (missing.length === 0) return false;

  const putBack = await keepOtherVersion(config, missing, progress);
  try {
    if (options.from !== "modules") {
      await download(config, options.release ?? OFFICIAL_RELEASE, missing, sources, progress, signal);
    }
    const left = await missingParts(config, sources);
    if (left.length > 0) {
      const modules = { folder: options.modules ?? MODULES_DIR, sources };
      await buildFromModules(config, left, modules, progress, signal);
    }
  } catch (error) {
    await putBack();
    throw error;
  }
  progress(`engine ready after ${duration(performance.now() - started)}`);
  return true;
}

async function download(
  config: EngineConfig,
  release: Release,
  missing: readonly EnginePart[],
  sources: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const needsArchive = missing.some((part) => !isPlugin(part));
  const refusal = needsArchive
    ? await downloadEngine(config, release, progress, signal)
    : await releaseRefusal(release, signal);
  if (refusal !== undefined) {
    progress(`${refusal}: building from Go modules instead`);
    // The plugins come from the same place.
    return;
  }
  if (needsArchive) {
    // All of them, as the archive has replaced those that were there, too.
    for (const part of ENGINE_PARTS) if (!isPlugin(part)) await recordPart(config, part, "download", sources);
  }
  for (const part of missing.filter(isPlugin)) {
    if (!(await downloadPlugin(config, part.id, progress, signal))) {
      // Neither can the others be: each would take its time to find that out.
      progress(`${part.title} could not be downloaded: building from Go modules instead`);
      return;
    }
    await recordPart(config, part, "download", sources);
  }
}

/**
 * Somebody's own Pulumi of another version is set aside, not lost, and with it its language host, which would pass for the
 * pinned one beside a pinned engine.
 * @returns puts it back, for when no engine could be had in its place
 */
async function keepOtherVersion(
  config: EngineConfig,
  missing: readonly EnginePart[],
  progress: Progress,
): Promise<() => Promise<void>> {
  const nothing = async () => undefined;
  if (!missing.some((part) => part.id === "pulumi")) return nothing;
  const version = await installedVersion(config);
  if (version === undefined || version === PULUMI_VERSION) return nothing;
  const moved: { readonly place: string; readonly kept: string }[] = [];
  for (const { id, file } of missing.filter((part) => !isPlugin(part))) {
    const place = join(config.home, file);
    if (!(await isThere(place))) continue;
    const kept = `${place}-${version}`;
    await rename(place, kept);
    moved.push({ place, kept });
    if (id === "pulumi") progress(`Pulumi ${version} was here already; it is kept as ${kept}`);
  }
  return async () => {
    if (await isThere(join(config.home, "bin", "pulumi"))) return;
    for (const { place, kept } of moved) await rename(kept, place);
  };
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
