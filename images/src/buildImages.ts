import { join } from "node:path";
import { buildImage } from "./buildImage.ts";
import { loadImagesConfig } from "./config.ts";
import { type BuildName, INTERNAL_NAMES } from "./definition.ts";
import { existingImages } from "./docker.ts";
import { ImagesFailedError } from "./errors.ts";
import { type CatalogueOptions, type ImageSet, type PlannedImage, resolveImageSet } from "./imageSet.ts";
import { runSchedule } from "./schedule.ts";

/** Something that happened to an image; `done` of `of` images are finished. */
export interface ImageProgress {
  readonly image: BuildName;
  readonly state: "building" | "built" | "failed";
  readonly message: string;
  readonly elapsedMs: number;
  readonly done: number;
  readonly of: number;
}

export interface BuildImagesOptions extends CatalogueOptions {
  /** Only these images and what they are made from. Default: all. */
  readonly only?: readonly BuildName[];
  readonly onProgress?: (progress: ImageProgress) => void;
  /** Folder for one log file an image. Default: `logs` in the cache. */
  readonly logDir?: string;
  readonly signal?: AbortSignal;
}

export interface BuildImagesResult {
  /** Built just now. */
  readonly built: readonly BuildName[];
  /** Already there. */
  readonly present: readonly BuildName[];
}

/** Builds at once; two on two cores, as each is mostly one process. */
const WIDTH = 2;

/**
 * Builds the images that Docker doesn't have yet, independent ones side by side. Safe to interrupt and to run again.
 * @throws ImagesFailedError when some failed; the others are there
 */
export async function buildImages(options: BuildImagesOptions = {}): Promise<BuildImagesResult> {
  const set = await resolveImageSet(options);
  const wanted = withParents(set, options.only);
  const there = await existingImages(wanted.map(({ reference }) => reference));
  const present = wanted.filter(({ reference }) => there.has(reference));
  const missing = missingImages(wanted, there, options.only ?? []);
  const config = loadImagesConfig();
  let done = 0;

  const buildOne = async (image: PlannedImage): Promise<void> => {
    const started = performance.now();
    const report = (state: ImageProgress["state"], message: string) => {
      const elapsedMs = performance.now() - started;
      options.onProgress?.({ image: image.definition.name, state, message, elapsedMs, done, of: missing.length });
    };
    try {
      report("building", "started");
      await buildImage(image, {
        config,
        references: set.references,
        logDir: options.logDir ?? join(config.cacheDir, "logs"),
        signal: options.signal,
        progress: (message) => report("building", message),
      });
      done += 1;
      report("built", image.reference);
    } catch (error) {
      report("failed", error instanceof Error ? error.message : String(error));
      throw error;
    }
  };

  const names = new Set(missing.map(({ definition }) => definition.name));
  const outcome = await runSchedule(
    missing.map((image) => ({
      name: image.definition.name,
      after: image.definition.parents.filter((parent) => names.has(parent)),
      run: () => buildOne(image),
    })),
    WIDTH,
    options.signal,
  );
  if (outcome.failed.size > 0) throw new ImagesFailedError(outcome.failed, outcome.skipped);
  return { built: outcome.finished as BuildName[], present: present.map(({ definition }) => definition.name) };
}

function withParents(set: ImageSet, only: readonly BuildName[] | undefined): readonly PlannedImage[] {
  if (only === undefined) return set.planned;
  const keep = new Set<BuildName>(only);
  // Children come after their parents in the list, so walking it backwards reaches everything.
  for (const { definition } of set.planned.toReversed()) {
    if (keep.has(definition.name)) for (const parent of definition.parents) keep.add(parent);
  }
  return set.planned.filter(({ definition }) => keep.has(definition.name));
}

/** Images that no container runs: built only when a child needs them, or when asked for by name. */
const PARENTS_ONLY: ReadonlySet<BuildName> = new Set(["base", "node", ...INTERNAL_NAMES]);

function missingImages(
  wanted: readonly PlannedImage[],
  there: ReadonlySet<string>,
  asked: readonly BuildName[],
): readonly PlannedImage[] {
  const needed = new Set<BuildName>(asked);
  // From the last child backwards: a child that is there needs no parent, so old parents may be pruned.
  for (const { definition, reference } of wanted.toReversed()) {
    if (there.has(reference)) continue;
    if (PARENTS_ONLY.has(definition.name) && !needed.has(definition.name)) continue;
    needed.add(definition.name);
    for (const parent of definition.parents) needed.add(parent);
  }
  return wanted.filter(({ definition, reference }) => needed.has(definition.name) && !there.has(reference));
}
