import type { OperationKind } from "@supalove/contracts";
import type { ApprovalPolicy } from "@supalove/contracts/api/index.ts";

/** What an act does to a project: nothing, whether and since when it runs, what it is, or the end of it and its data. */
export type Impact = "none" | "run" | "change" | "destroy";

/** Whether an organization with this policy wants a second person for it. */
export function needsApproval(policy: ApprovalPolicy, impact: Impact): boolean {
  switch (policy) {
    case "none":
      return false;
    case "destructive":
      return impact === "destroy";
    case "always":
      return impact !== "none";
  }
}

/** What the operations of each kind do to a project. */
export const IMPACT_OF_KIND: Readonly<Record<OperationKind, Impact>> = {
  preview: "none",
  refresh: "none",
  pause: "run",
  resume: "run",
  restart: "run",
  up: "change",
  upgrade: "change",
  destroy: "destroy",
};
