import { StackSettings } from "@supalove/contracts";
import { type ProjectStatus, ProjectStatus as Status } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { addOperation } from "../operations/addOperation.ts";
import type { ProjectWish } from "../previews/wished.ts";
import { checkExtensions } from "./checkExtensions.ts";
import { checkStackExtensions } from "./checkStackExtensions.ts";
import type { LoadedProject } from "./loadProject.ts";
import { overlapFromNow } from "./rotationWish.ts";

/** Statuses in which a project can be changed: it is up, and nothing else is being done to its stack. */
const CHANGEABLE: ReadonlySet<string> = new Set<ProjectStatus>(["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"]);

/** Refuses what the project can't be changed to where it lives. @throws ApiError `extension_unavailable`, `wrong_plan` */
export async function checkWish(tx: Transaction, project: LoadedProject, wish: ProjectWish): Promise<void> {
  const { extensions } = wish;
  if (project.stack === null && wish.stack !== undefined) throw errors.wrongPlan("shared");
  if (project.stack !== null) {
    if (extensions !== undefined) checkStackExtensions(extensions, StackSettings.parse(project.stack).images);
    return;
  }
  if (extensions === undefined) return;
  const cluster = await tx.cluster.findUnique({
    where: { id: project.clusterId ?? "" },
    select: { extensions: true },
  });
  checkExtensions(extensions, cluster?.extensions ?? []);
}

/**
 * Starts the operation that changes a project; its row changes when the operation has succeeded.
 * @param previewId the preview that is applied by it
 * @returns the operation's id
 * @throws ApiError `project_not_ready`, `extension_unavailable`
 */
export async function changeProject(
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  change: ProjectWish,
  previewId: string | null,
): Promise<string> {
  if (!CHANGEABLE.has(project.status)) throw errors.projectNotReady(project.status);
  await checkWish(tx, project, change);
  if (change.size !== undefined && change.size !== project.size) {
    await tx.project.update({ where: { ref: project.ref }, data: { status: "RESIZING" } });
  }
  const input = {
    creates: false,
    status_if_cancelled: Status.parse(project.status),
    change: overlapFromNow(change),
  };
  return addOperation(tx, caller, project.ref, "up", `Change project "${project.name}"`, input, previewId);
}
