import { OPTIONAL_SERVICES, type StackService, StackSettings } from "@supalove/contracts";
import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { addOperation } from "../operations/addOperation.ts";
import { checkUp } from "./checkUp.ts";
import type { LoadedProject } from "./loadProject.ts";

/**
 * Refuses to restart a service that the project does not have, or of a project that is not up.
 * @throws ApiError `wrong_plan`, `service_off`, `project_not_ready`
 */
export function checkRestartable(project: LoadedProject, service: StackService): void {
  if (project.stack === null) throw errors.wrongPlan("shared");
  const { services } = StackSettings.parse(project.stack);
  const optional: readonly string[] = OPTIONAL_SERVICES;
  if (optional.includes(service) && !services.some((wanted) => wanted === service)) throw errors.serviceOff(service);
  checkUp(project);
}

/**
 * Starts the operation that restarts one service of a dedicated project.
 * @param previewId the preview that is applied by it
 * @returns the operation's id
 * @throws ApiError `wrong_plan`, `service_off`, `project_not_ready`
 */
export async function restartService(
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  service: StackService,
  previewId: string | null,
): Promise<string> {
  checkRestartable(project, service);
  const { ref, name, status } = project;
  const input = {
    creates: false,
    service,
    status_if_cancelled: ProjectStatus.parse(status),
    status_meanwhile: "RESTARTING",
  } as const;
  return addOperation(tx, caller, ref, "restart", `Restart ${service} of project "${name}"`, input, previewId);
}
