import { Size, StackSettings } from "@supalove/contracts";
import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { loadCatalogue } from "../images/catalogue.ts";
import { checkOffered } from "../images/resolveImages.ts";
import { addOperation } from "../operations/addOperation.ts";
import { stackWithWish } from "../previews/stackWithWish.ts";
import type { ProjectWish } from "../previews/wished.ts";
import { checkExtensions } from "./checkExtensions.ts";
import { checkStackExtensions } from "./checkStackExtensions.ts";
import { checkStackSettings } from "./checkStackSettings.ts";
import { checkUp } from "./checkUp.ts";
import type { LoadedProject } from "./loadProject.ts";
import { overlapFromNow } from "./rotationWish.ts";

/**
 * Refuses what the project can't be changed to where it lives.
 * @throws ApiError `extension_unavailable`, `wrong_plan`, `version_withdrawn`, `project_not_ready`, `invalid_input`
 */
export async function checkWish(tx: Transaction, project: LoadedProject, wish: ProjectWish): Promise<void> {
  const { extensions, images } = wish;
  if (project.stack === null && (wish.stack ?? images) !== undefined) throw errors.wrongPlan("shared");
  if (images !== undefined) {
    // What does not run can't be tried out.
    checkUp(project);
    checkOffered(await loadCatalogue(tx, {}), images);
  }
  if (project.stack !== null) {
    if (extensions !== undefined) checkStackExtensions(extensions, StackSettings.parse(project.stack).images);
    checkSettings(project, wish);
    return;
  }
  if (extensions === undefined) return;
  const cluster = await tx.cluster.findUnique({
    where: { id: project.clusterId ?? "" },
    select: { extensions: true },
  });
  checkExtensions(extensions, cluster?.extensions ?? []);
}

/** What is wished for may be fine by itself and not with what stands. @throws ApiError `invalid_input` */
function checkSettings(project: LoadedProject, wish: ProjectWish): void {
  const { size, stack } = wish;
  const wished = { postgres_settings: stack?.postgresSettings, size, services: stack?.services };
  const askedBy = (["postgres_settings", "size", "services"] as const).find((field) => wished[field] !== undefined);
  if (askedBy === undefined) return;
  checkStackSettings(Size.parse(size ?? project.size), stackWithWish(project, wish), askedBy);
}

/**
 * Starts the operation that changes a project; its row changes when the operation has succeeded.
 * @param previewId the preview that is applied by it
 * @returns the operation's id
 * @throws ApiError `project_not_ready`, `extension_unavailable`, `version_withdrawn`, `invalid_input`
 */
export async function changeProject(
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  change: ProjectWish,
  previewId: string | null,
): Promise<string> {
  checkUp(project);
  await checkWish(tx, project, change);
  const upgrades = change.images !== undefined;
  const resizes = change.size !== undefined && change.size !== project.size;
  const meanwhile = upgrades ? "UPGRADING" : resizes ? "RESIZING" : undefined;
  const input = {
    creates: false,
    status_if_cancelled: ProjectStatus.parse(project.status),
    ...(meanwhile === undefined ? {} : ({ status_meanwhile: meanwhile } as const)),
    change: overlapFromNow(change),
  };
  const [kind, summary] = upgrades ? (["upgrade", "Upgrade"] as const) : (["up", "Change"] as const);
  return addOperation(tx, caller, project.ref, kind, `${summary} project "${project.name}"`, input, previewId);
}
