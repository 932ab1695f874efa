import type { ContainerState } from "@supalove/contracts/api/index.ts";
import type { MarkTone } from "../../ui/StatusMark.tsx";

/** What a container is doing, as people read it. */
export const STATES: Readonly<Record<ContainerState, { readonly words: string; readonly tone: MarkTone }>> = {
  healthy: { words: "Healthy", tone: "good" },
  running: { words: "Running", tone: "good" },
  starting: { words: "Starting", tone: "moving" },
  unhealthy: { words: "Unhealthy", tone: "bad" },
  stopped: { words: "Stopped", tone: "bad" },
  missing: { words: "Missing", tone: "bad" },
};
