import { Preview } from "@supalove/contracts/api/index.ts";
import { CliError } from "../errors.ts";
import type { ApiClient } from "../http/api.ts";
import { segment } from "../http/segment.ts";
import type { Terminal } from "../terminal.ts";
import { renderPlan, terminalPaint } from "./renderPlan.ts";

/** Reads a preview, of whatever project. */
export const getPreview = (api: ApiClient, id: string): Promise<Preview> =>
  api.request("GET", `/v1/previews/${segment("preview id", id)}`, Preview);

/** Prints a preview: as JSON, or in plain words with what to do next. */
export function showPreview(terminal: Terminal, preview: Preview, json: boolean): void {
  if (json) {
    terminal.out(JSON.stringify(preview, null, 2));
    return;
  }
  if (preview.status === "queued" || preview.status === "running") {
    terminal.out(`preview ${preview.id} is ${preview.status}`);
    return;
  }
  terminal.out(renderPlan(preview.changes, terminalPaint));
  if (preview.status === "ready") terminal.info(nextStep(preview));
  else terminal.info(`This preview is ${preview.status}${preview.error === null ? "" : `: ${preview.error.message}`}`);
}

/** What is to be done for a preview to come true. */
export function nextStep({ id, approval }: Preview): string {
  if (!approval.required || approval.approved_by.length > 0) return `To do exactly this: supalove projects apply ${id}`;
  return approval.can_approve
    ? `It waits for a second person, which you may be: supalove projects approve ${id}`
    : `It waits for a second person: /previews/${id} in the dashboard, or supalove projects approve ${id}`;
}

/** Says that a preview waits for a second person, before anybody is asked anything. The API refuses it too. @throws CliError */
export function requireApproved({ id, approval }: Preview): void {
  if (!approval.required || approval.approved_by.length > 0) return;
  throw new CliError(
    `the preview ${id} waits for a second person's approval`,
    approval.can_approve
      ? `somebody else asked for it: look at it and approve it with supalove projects approve ${id}, then supalove projects apply ${id}`
      : `have another member who may change the project run supalove projects approve ${id}, then supalove projects apply ${id}`,
  );
}
