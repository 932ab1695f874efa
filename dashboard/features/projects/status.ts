import type { ProjectStatus } from "@supalove/contracts/api/index.ts";

export type StatusTone = "good" | "moving" | "bad" | "resting";

/** Status words of the API as people read them. */
const STATUSES: Readonly<Record<ProjectStatus, readonly [string, StatusTone]>> = {
  COMING_UP: ["Coming up", "moving"],
  ACTIVE_HEALTHY: ["Healthy", "good"],
  ACTIVE_UNHEALTHY: ["Unhealthy", "bad"],
  INIT_FAILED: ["Creation failed", "bad"],
  GOING_DOWN: ["Being deleted", "moving"],
  PAUSING: ["Pausing", "moving"],
  INACTIVE: ["Paused", "resting"],
  RESTORING: ["Restoring", "moving"],
  UPGRADING: ["Upgrading", "moving"],
  RESIZING: ["Changing size", "moving"],
  RESTARTING: ["Restarting", "moving"],
  REMOVED: ["Deleted", "resting"],
  UNKNOWN: ["Unknown", "resting"],
};

export const statusWords = (status: ProjectStatus): string => STATUSES[status][0];
export const statusTone = (status: ProjectStatus): StatusTone => STATUSES[status][1];

/** Something is under way that will change the status by itself. */
export const isMoving = (status: ProjectStatus): boolean => statusTone(status) === "moving";

/** Its database and its URLs answer. */
export const isActive = (status: ProjectStatus): boolean =>
  status === "ACTIVE_HEALTHY" || status === "ACTIVE_UNHEALTHY";
