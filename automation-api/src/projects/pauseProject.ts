import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { addOperation } from "../operations/addOperation.ts";
import { checkUp } from "./checkUp.ts";
import type { LoadedProject } from "./loadProject.ts";

/**
 * Starts the operation that pauses a project.
 * @param previewId the preview that is applied by it
 * @returns the operation's id
 * @throws ApiError `project_not_ready`
 */
export async function pauseProject(
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  previewId: string | null,
): Promise<string> {
  checkUp(project);
  const { ref, name, status } = project;
  const input = {
    creates: false,
    status_if_cancelled: ProjectStatus.parse(status),
    status_meanwhile: "PAUSING",
  } as const;
  return addOperation(tx, caller, ref, "pause", `Pause project "${name}"`, input, previewId);
}
