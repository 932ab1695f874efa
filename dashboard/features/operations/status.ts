import type { OperationKind, OperationStatus } from "@supalove/contracts";
import type { MarkTone } from "../../ui/StatusMark.tsx";

const STATUSES: Readonly<Record<OperationStatus, readonly [string, MarkTone]>> = {
  queued: ["Queued", "moving"],
  running: ["Running", "moving"],
  succeeded: ["Succeeded", "good"],
  failed: ["Failed", "bad"],
  cancelled: ["Cancelled", "resting"],
  interrupted: ["Interrupted", "moving"],
};

export const operationWords = (status: OperationStatus): string => STATUSES[status][0];
export const operationTone = (status: OperationStatus): MarkTone => STATUSES[status][1];

/** Nothing more will happen. `interrupted` is not the end: it is retried or rolled back. */
export const isOver = (status: OperationStatus): boolean =>
  status === "succeeded" || status === "failed" || status === "cancelled";

const KINDS: Readonly<Record<OperationKind, string>> = {
  up: "Apply",
  preview: "Preview",
  refresh: "Look for drift",
  destroy: "Delete",
  pause: "Pause",
  resume: "Resume",
  restart: "Restart",
  upgrade: "Upgrade",
};

export const kindWords = (kind: OperationKind): string => KINDS[kind];
