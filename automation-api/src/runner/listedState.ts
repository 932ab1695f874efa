import type { ContainerState } from "@supalove/contracts/api/index.ts";

/** What an engine's list says of a container: health is told in the words for people alone, as `Up 2 minutes (healthy)`. */
export interface ListedContainer {
  readonly State: string;
  readonly Status: string;
}

export function listedState({ State, Status }: ListedContainer): ContainerState {
  // Paused, it is there and answers nobody.
  if (State === "restarting" || State === "paused") return "unhealthy";
  if (State !== "running") return "stopped";
  if (Status.endsWith("(healthy)")) return "healthy";
  if (Status.endsWith("(unhealthy)")) return "unhealthy";
  return Status.endsWith("(health: starting)") ? "starting" : "running";
}
