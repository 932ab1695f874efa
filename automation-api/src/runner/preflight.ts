import { statfs } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { OperationError, ServerPlace, StackService } from "@supalove/contracts";
import { explainFailure } from "../backups/explainFailure.ts";
import { checkContract, postgresMajors } from "../images/checkContract.ts";
import { type DatabaseFacts, ImageMissing, ImageUnfit } from "../images/imagePort.ts";
import { changedImages, imagesOf } from "./changedImages.ts";
import type { EngineInput, ProjectFacts } from "./projectSpec.ts";
import type { Run } from "./run.ts";
import { SERVICE_WORDS } from "./serviceWords.ts";
import { stackFault } from "./stackFault.ts";
import { watchedStack } from "./watchedStack.ts";

const MEBIBYTE = 1024 * 1024;
/** Beside a dump, for whatever else is written meanwhile. */
const SPARE_BYTES = 256 * MEBIBYTE;

/** A container that was just started is healthy within this time. */
const STARTING_MS = 10_000;

/** What keeps an upgrade from being begun. */
class Unready extends Error {
  override readonly name = "Unready";
  readonly error: OperationError;

  constructor(error: OperationError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * Everything that can be known before an upgrade: nothing is changed by finding it out, but that an image which a server does
 * not have yet is pulled.
 * @param before the project as it is
 * @param after the project as it is to be
 * @returns why the upgrade can't be made
 */
export async function preflight(
  run: Run,
  before: ProjectFacts,
  after: ProjectFacts,
  { place, secrets }: EngineInput,
): Promise<OperationError | undefined> {
  if (place.kind !== "server") throw new Error(`project ${before.ref} is on no server`);
  const images = changedImages(before, after);
  try {
    await requireHealthy(run, before);
    const database = images.db === undefined ? undefined : await askDatabase(run, place, secrets.owner_password ?? "");
    const former = imagesOf(before);
    for (const [service, reference] of Object.entries(images) as [StackService, string][]) {
      await requireWayBack(run, place, service, former[service]);
      await checkImage(run, place, service, reference, database);
    }
    if (database !== undefined) await requireRoom(run, database);
    return undefined;
  } catch (error) {
    if (error instanceof Unready) return error.error;
    throw error;
  }
}

async function requireHealthy({ services, ended }: Run, project: ProjectFacts): Promise<void> {
  const { pauseMs, withinMs } = services.health;
  const stack = await watchedStack(services, project);
  let fault = stackFault(await services.stacks.look(stack));
  // Right after a start a container is not healthy yet.
  const deadline = performance.now() + Math.min(STARTING_MS, withinMs);
  while (fault !== undefined && performance.now() < deadline && !ended.aborted) {
    await sleep(pauseMs, undefined, { signal: ended }).catch(() => undefined);
    fault = stackFault(await services.stacks.look(stack));
  }
  if (fault === undefined) return;
  throw new Unready({
    code: "project_unhealthy",
    message: `An upgrade begins from a healthy project only, and ${fault}. Nothing was changed.`,
    next_step: "Restart the service or restore the project, then upgrade it.",
  });
}

async function askDatabase({ services, project, ended }: Run, place: ServerPlace, password: string) {
  try {
    return await services.images.database({ ref: project.ref, place }, password, ended);
  } catch (error) {
    services.logger.warn({ err: error }, "the database of a project that is to be upgraded did not answer");
    throw new Unready({
      code: "project_unhealthy",
      message: `The project's database could not be asked, because ${explainFailure(error)}. Nothing was changed.`,
      next_step: "Put that right, or restore the project, then upgrade it.",
    });
  }
}

/** What runs goes on without its image; brought back it could not be. */
async function requireWayBack({ services, ended }: Run, place: ServerPlace, service: StackService, reference: string) {
  try {
    await services.images.obtain(place.endpoint, reference, ended);
  } catch (error) {
    if (!(error instanceof ImageMissing)) throw error;
    throw new Unready({
      code: "image_missing",
      message: `The image that ${SERVICE_WORDS[service]} runs now can't be had any more, so there would be no way back: ${error.message}. Nothing was changed.`,
      next_step: "Bring that image to the project's server first; `./supalove setup` builds those of this release.",
    });
  }
}

async function checkImage(
  { services, operation, ended: signal }: Run,
  { endpoint }: ServerPlace,
  service: StackService,
  reference: string,
  database: DatabaseFacts | undefined,
): Promise<void> {
  const name = SERVICE_WORDS[service];
  try {
    const image = await services.images.obtain(endpoint, reference, signal);
    checkContract(service, image);
    const asking = { operationId: operation.id, signal };
    const majors = postgresMajors(image, null);
    if (service === "db" && database !== undefined) requireMajor(majors, database.major);
    const program = await services.images.program(endpoint, service, image, asking);
    if (service !== "db" || database === undefined) return;
    requireMajor(postgresMajors(image, program.version), database.major);
    requireExtensions(database.extensions, program.extensions);
  } catch (error) {
    if (error instanceof ImageMissing) {
      throw new Unready({
        code: "image_missing",
        message: `The image of ${name} can't be had: ${error.message}. Nothing was changed.`,
        next_step: "Bring the image to the project's server, or choose another version.",
      });
    }
    if (!(error instanceof ImageUnfit)) throw error;
    throw new Unready({
      code: "image_unfit",
      message: `The image can't be that of ${name}: ${error.message}. Nothing was changed.`,
      next_step: "Choose another version; who runs the platform can withdraw this one.",
    });
  }
}

function requireMajor(majors: readonly number[], ours: number): void {
  const other = majors.find((major) => major !== ours);
  if (other === undefined) return;
  throw new Unready({
    code: "postgres_major_differs",
    message: `The project's data is of Postgres ${ours}, and this version is Postgres ${other}: another major can't read it. Nothing was changed.`,
    next_step: `Choose a version of Postgres ${ours}; data moves to another major by a dump into a new project.`,
  });
}

function requireExtensions(used: readonly string[], held: readonly string[]): void {
  const lacking = used.filter((name) => !held.includes(name));
  if (lacking.length === 0) return;
  throw new Unready({
    code: "extension_unavailable",
    message: `The database uses extensions that this version of Postgres does not have: ${lacking.join(", ")}. Nothing was changed.`,
    next_step: "Choose a version that has them, or drop them first if nothing needs them.",
  });
}

/** For the backup where backups lie, and for its test where the project's own data lies. */
async function requireRoom({ services }: Run, { bytes, freeBytes }: DatabaseFacts): Promise<void> {
  const { bavail, bsize } = await statfs(services.env.BACKUP_DIR);
  const needed = bytes + SPARE_BYTES;
  const free = Math.min(bavail * bsize, freeBytes);
  if (free >= needed) return;
  const mib = (size: number) => `${Math.round(size / MEBIBYTE)} MiB`;
  throw new Unready({
    code: "disk_full",
    message: `There is no room for the backup before the upgrade: ${mib(needed)} are needed, and ${mib(free)} are free. Nothing was changed.`,
    next_step: "Free space on the server; `./supalove doctor` shows what there is.",
  });
}
