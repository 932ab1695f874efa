import type { ApprovalPolicy } from "@supalove/contracts/api/index.ts";

/** `direct`: a call without a preview; `applying`: a preview that nobody else has approved; `found`: a change that loses data. */
export type Unapproved = "direct" | "applying" | "found";

const PREVIEW_IT =
  "Make a preview (`POST /v1/projects/{ref}/previews`, or `POST /v1/previews` for a new project), have another member approve it (`POST /v1/previews/{id}/approve`), then apply it (`POST /v1/projects/{ref}/operations`).";

const WHAT: Readonly<Record<Unapproved, readonly [what: string, nextStep: string]>> = {
  direct: ["one call can't do this", PREVIEW_IT],
  applying: [
    "nobody but who asked for this preview has approved it",
    "Send the preview's link to another member who may change the project; they approve it with `POST /v1/previews/{id}/approve`. Then apply it.",
  ],
  found: ["this change would lose some. Nothing was done", PREVIEW_IT],
};

/** Why something waits for a second person, and the way there; the API and the runner say it alike. */
export function approvalWords(policy: ApprovalPolicy, unapproved: Unapproved): { message: string; nextStep: string } {
  const wanted = policy === "always" ? "every change of its projects" : "whatever loses data";
  const [what, nextStep] = WHAT[unapproved];
  return { message: `The organization wants a second person to approve ${wanted}, and ${what}.`, nextStep };
}
