import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./buildLock.ts";
import type { ImagesConfig } from "./config.ts";
import type { BuildContext, BuildName } from "./definition.ts";
import { dockerBuild, existingImages, tagImage } from "./docker.ts";
import { type PlannedImage, REPOSITORY_ROOT } from "./imageSet.ts";
import { removeStage } from "./removeStage.ts";
import { runLogged } from "./runLogged.ts";

export interface BuildImageOptions {
  readonly config: ImagesConfig;
  /** Tags of all images, for parents. */
  readonly references: ReadonlyMap<BuildName, string>;
  /** Folder for the log. */
  readonly logDir: string;
  readonly signal: AbortSignal | undefined;
  readonly progress: (message: string) => void;
}

/** Builds one image whose parents are there. Waits while another process builds it, and then takes that one's. */
export async function buildImage({ definition, reference }: PlannedImage, options: BuildImageOptions): Promise<void> {
  const { config, signal, progress } = options;
  const lock = join(config.cacheDir, "locks", `image-${definition.name}`);
  const onWait = (pid: number) => progress(`waiting for process ${pid}, which builds it`);
  await withLock(lock, onWait, signal, async () => {
    if ((await existingImages([reference])).has(reference)) return;
    // Not in /tmp: that may be small memory, or forbid the device files of a file system to be.
    const stage = join(config.cacheDir, "build", definition.name);
    await removeStage(stage);
    await mkdir(stage, { recursive: true });
    const run = { logFile: join(options.logDir, `image-${definition.name}.log`), signal };
    const context: BuildContext = {
      config,
      reference,
      stage,
      root: REPOSITORY_ROOT,
      folder: join(REPOSITORY_ROOT, "images", definition.name),
      parent: (name) => options.references.get(name) ?? "",
      progress,
      run: (command, args, extra) => runLogged(command, args, { ...run, ...extra }),
      dockerBuild: (buildArgs) => {
        const labels = { "supalove.image": definition.name };
        return dockerBuild({ ...run, context: stage, reference, buildArgs, labels, onStep: progress });
      },
    };
    try {
      await definition.build(context);
      // For people: the newest of its kind, whatever its content.
      await tagImage(reference, `supalove/${definition.name}:dev`);
    } finally {
      await removeStage(stage);
    }
  });
}
