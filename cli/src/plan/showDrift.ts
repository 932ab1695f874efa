import type { Drift } from "@supalove/contracts/api/index.ts";
import type { Terminal } from "../terminal.ts";
import { renderPlan, terminalPaint } from "./renderPlan.ts";

/**
 * Prints what a look found: as JSON, or in plain words with what to do next.
 * @param next what to do about it
 */
export function showDrift(
  terminal: Terminal,
  drift: Pick<Drift, "checked_at" | "changes" | "error">,
  json: boolean,
  next = "put it right with --repair, or leave it as it is with --accept",
): void {
  if (json) {
    terminal.out(JSON.stringify(drift, null, 2));
    return;
  }
  if (drift.checked_at === null) {
    terminal.out("nobody has looked yet");
    if (drift.error !== null) terminal.info(`the last look failed: ${drift.error.message}`);
    return;
  }
  const open = drift.changes.filter(({ accepted }) => !accepted);
  const accepted = drift.changes.length - open.length;
  terminal.out(open.length === 0 ? "no drift" : renderPlan(open, terminalPaint));
  if (accepted > 0) terminal.out(`${accepted} known and accepted`);
  terminal.info(`looked at ${drift.checked_at}`);
  if (open.length > 0) terminal.info(next);
  if (drift.error !== null) terminal.info(`the last look failed, this is older: ${drift.error.message}`);
}
