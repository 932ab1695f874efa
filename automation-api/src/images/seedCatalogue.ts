import { type StackImages, StackService, StackSettings } from "@supalove/contracts";
import type { Logger } from "pino";
import { NO_OPERATION } from "../backups/throwaway.ts";
import type { Database } from "../database/client.ts";
import { DEFAULT_SERVER } from "../database/seedInstance.ts";
import { ImageMissing, type ImagePort, ImageUnfit } from "./imagePort.ts";
import { versionName } from "./versionName.ts";

interface Parts {
  readonly database: Database;
  readonly images: ImagePort;
  readonly logger: Logger;
}

interface Unnamed {
  readonly service: StackService;
  readonly reference: string;
  readonly note: string;
  readonly addedAt: Date;
}

/**
 * Gives names to images that the catalogue does not have: those that projects run from before, and those that this release
 * brings. Whoever was withdrawn stays so.
 * @param release undefined where there is no dedicated plan
 */
export async function seedCatalogue(
  parts: Parts,
  release: StackImages | undefined,
  signal: AbortSignal,
): Promise<void> {
  const unnamed = await unnamedImages(parts.database, release);
  if (unnamed.length === 0) return;
  const { endpoint } = await parts.database.server.findUniqueOrThrow({ where: { id: DEFAULT_SERVER } });
  for (const image of unnamed) {
    signal.throwIfAborted();
    await add(parts, image, await programVersion(parts, endpoint, image, signal));
  }
}

async function unnamedImages(database: Database, release: StackImages | undefined): Promise<Unnamed[]> {
  const known = await database.stackImage.findMany({ select: { service: true, reference: true } });
  const projects = await database.project.findMany({
    where: { plan: "dedicated", deletedAt: null },
    orderBy: { number: "asc" },
    select: { stack: true, createdAt: true },
  });
  const named = new Set(known.map(({ service, reference }) => `${service} ${reference}`));
  const found: Unnamed[] = [];
  const note = (service: StackService, reference: string, words: string, addedAt: Date) => {
    const key = `${service} ${reference}`;
    if (named.has(key)) return;
    named.add(key);
    found.push({ service, reference, note: words, addedAt });
  };
  for (const { stack, createdAt } of projects) {
    const { images } = StackSettings.parse(stack);
    for (const service of StackService.options) {
      // What this release brings is new, also where a project was quicker than this.
      if (images[service] !== release?.[service]) note(service, images[service], "of an earlier release", createdAt);
    }
  }
  const now = new Date();
  for (const service of StackService.options) {
    if (release !== undefined) note(service, release[service], "of a release", now);
  }
  return found;
}

/** Null where the image is gone: it is still what a project's containers were made from. */
async function programVersion(
  { images, logger }: Parts,
  endpoint: string,
  { service, reference }: Unnamed,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const image = await images.obtain(endpoint, reference, signal);
    return (await images.program(endpoint, service, image, { operationId: NO_OPERATION, signal })).version;
  } catch (error) {
    if (!(error instanceof ImageMissing) && !(error instanceof ImageUnfit)) throw error;
    logger.warn({ err: error, service, reference }, "the version of an image is not known");
    return null;
  }
}

async function add({ database, logger }: Parts, image: Unnamed, version: string | null): Promise<void> {
  const { service, reference, note, addedAt } = image;
  const short = versionName(reference, version);
  const taken = await database.stackImage.findUnique({ where: { service_version: { service, version: short } } });
  const name = taken === null ? short : versionName(reference, version, 16);
  await database.stackImage.createMany({
    data: [{ service, version: name, reference, note, addedAt }],
    skipDuplicates: true,
  });
  logger.info({ service, version: name, reference }, "a version came into the catalogue");
}
