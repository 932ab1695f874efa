import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadImagesConfig } from "./config.ts";
import type { BuildContext, BuildName } from "./definition.ts";
import { dockerBuild, existingImages, tagImage } from "./docker.ts";
import { ImagesFailedError } from "./errors.ts";
import {
  type CatalogueOptions,
  type ImageSet,
  type PlannedImage,
  REPOSITORY_ROOT,
  resolveImageSet,
} from "./imageSet.ts";
import { runLogged } from "./runLogged.ts";
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
  // A child that is there needs no parent: old parents may be pruned without being built again.
  const missing = stillNeeded(wanted, there);
  const config = loadImagesConfig();
  const logDir = options.logDir ?? join(config.cacheDir, "logs");
  let done = 0;

  const buildOne = async ({ definition, reference }: PlannedImage): Promise<void> => {
    const started = performance.now();
    const report = (state: ImageProgress["state"], message: string) =>
      options.onProgress?.({
        image: definition.name,
        state,
        message,
        elapsedMs: performance.now() - started,
        done,
        of: missing.length,
      });
    const logFile = join(logDir, `image-${definition.name}.log`);
    const stage = await mkdtemp(join(tmpdir(), `supalove-${definition.name}-`));
    const run = { logFile, signal: options.signal };
    const context: BuildContext = {
      config,
      reference,
      stage,
      root: REPOSITORY_ROOT,
      folder: join(REPOSITORY_ROOT, "images", definition.name),
      parent: (name) => set.references.get(name) ?? "",
      progress: (message) => report("building", message),
      run: (command, args, extra) => runLogged(command, args, { ...run, ...extra }),
      dockerBuild: (buildArgs) =>
        dockerBuild({
          ...run,
          context: stage,
          reference,
          buildArgs,
          labels: { "supalove.image": definition.name },
          onStep: (message) => report("building", message),
        }),
    };
    try {
      report("building", "started");
      await definition.build(context);
      await tagImage(reference, `supalove/${definition.name}:dev`);
      done += 1;
      report("built", reference);
    } catch (error) {
      report("failed", error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      await rm(stage, { recursive: true, force: true });
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

const INTERMEDIATE: ReadonlySet<BuildName> = new Set(["base", "node", "postgres-build", "runner-runtime"]);

function stillNeeded(wanted: readonly PlannedImage[], there: ReadonlySet<string>): readonly PlannedImage[] {
  const needed = new Set<BuildName>();
  for (const { definition, reference } of wanted.toReversed()) {
    if (there.has(reference)) continue;
    if (INTERMEDIATE.has(definition.name) && !needed.has(definition.name) && wanted.length > 1) {
      const isParent = wanted.some((image) => image.definition.parents.includes(definition.name));
      if (isParent) continue;
    }
    needed.add(definition.name);
    for (const parent of definition.parents) needed.add(parent);
  }
  return wanted.filter(({ definition, reference }) => needed.has(definition.name) && !there.has(reference));
}
