import type { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { errors } from "../http/errors.ts";
import type { LoadedProject } from "./loadProject.ts";

/** Statuses of a project that is up, and to whose stack nothing else is being done. */
const UP: ReadonlySet<string> = new Set<ProjectStatus>(["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"]);

/** Refuses what only a project that is up can do. @throws ApiError `project_not_ready` */
export function checkUp({ status }: Pick<LoadedProject, "status">): void {
  if (!UP.has(status)) throw errors.projectNotReady(status);
}
