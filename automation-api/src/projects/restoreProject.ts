import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { addOperation } from "../operations/addOperation.ts";
import type { LoadedProject } from "./loadProject.ts";

/** What brings a project back, by the status it is in: the rest is up, or on its way. */
const WAY_BACK: Readonly<
  Record<string, { kind: "resume" | "up"; creates: boolean; status: "RESTORING" | "COMING_UP" }>
> = {
  INACTIVE: { kind: "resume", creates: false, status: "RESTORING" },
  ACTIVE_UNHEALTHY: { kind: "up", creates: false, status: "RESTORING" },
  INIT_FAILED: { kind: "up", creates: true, status: "COMING_UP" },
};

/** Refuses to resume a project that is not paused. @throws ApiError `project_not_paused` */
export function checkPaused({ status }: Pick<LoadedProject, "status">): void {
  if (status !== "INACTIVE") throw errors.projectNotPaused(status);
}

/**
 * Starts the operation that resumes a paused project, repairs an unhealthy one, or tries again to make one that failed.
 * @param previewId the preview that is applied by it
 * @returns the operation's id
 * @throws ApiError `project_not_ready`
 */
export async function restoreProject(
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  previewId: string | null,
): Promise<string> {
  const { ref, name } = project;
  const way = WAY_BACK[project.status];
  if (way === undefined) throw errors.projectNotReady(project.status);
  const { kind, creates, status } = way;
  const input = { creates, status_if_cancelled: ProjectStatus.parse(project.status), status_meanwhile: status };
  return addOperation(tx, caller, ref, kind, `Restore project "${name}"`, input, previewId);
}
