import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { EngineConfig } from "./config.ts";
import type { EnginePart } from "./parts.ts";

/** How a part came to be there. */
export const PartOrigin = z.enum(["found", "download", "modules"]);
export type PartOrigin = z.infer<typeof PartOrigin>;

const PartStamp = z.object({
  version: z.string(),
  origin: PartOrigin,
  /** Digest of the Go modules it was built from; for origin `modules`. */
  sources: z.string().optional(),
  size: z.number(),
  mtimeMs: z.number(),
});

const Stamp = z.object({ parts: z.record(z.string(), PartStamp) });
type Stamp = z.infer<typeof Stamp>;

const stampFile = (config: EngineConfig) => join(config.home, "supalove-engine.json");

async function readStamp(config: EngineConfig): Promise<Stamp> {
  const text = await readFile(stampFile(config), "utf8").catch(() => "{}");
  try {
    return Stamp.parse(JSON.parse(text));
  } catch {
    // A damaged stamp says nothing; the parts are looked at anew.
    return { parts: {} };
  }
}

/** What is known of a part without starting it. */
export type PartState =
  | { readonly state: "current"; readonly origin: PartOrigin }
  /** Built by us from other sources than today's, or less of the file is there than was recorded. */
  | { readonly state: "stale" }
  /** Not recorded, or no longer the file that was. */
  | { readonly state: "unknown" };

/**
 * Looks at the parts as recorded: one small file is read and six are looked at, no program is started.
 * @param sources digest of our Go modules
 */
export async function partStates(
  config: EngineConfig,
  parts: readonly EnginePart[],
  sources: string,
): Promise<ReadonlyMap<EnginePart["id"], PartState>> {
  const stamp = await readStamp(config);
  const states = parts.map(async (part): Promise<[EnginePart["id"], PartState]> => {
    const entry = stamp.parts[part.id];
    const file = await stat(join(config.home, part.file)).catch(() => undefined);
    const isRecorded =
      entry !== undefined &&
      entry.version === part.version &&
      file?.size === entry.size &&
      file.mtimeMs === entry.mtimeMs;
    // After a power cut: its name would make it pass for the whole thing.
    if (entry?.version === part.version && file !== undefined && file.size < entry.size) {
      return [part.id, { state: "stale" }];
    }
    if (!isRecorded) return [part.id, { state: "unknown" }];
    if (entry.origin === "modules" && entry.sources !== sources) return [part.id, { state: "stale" }];
    return [part.id, { state: "current", origin: entry.origin }];
  });
  return new Map(await Promise.all(states));
}

/** Records that a part is in place, so that the next look needs no program. */
export async function recordPart(
  config: EngineConfig,
  part: EnginePart,
  origin: PartOrigin,
  sources: string,
): Promise<void> {
  const { size, mtimeMs } = await stat(join(config.home, part.file));
  const stamp = await readStamp(config);
  const entry = { version: part.version, origin, size, mtimeMs, ...(origin === "modules" ? { sources } : {}) };
  const next: Stamp = { parts: { ...stamp.parts, [part.id]: entry } };
  const file = stampFile(config);
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, `${JSON.stringify(next, null, 2)}\n`);
  await rename(partial, file);
}
