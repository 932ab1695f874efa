import type { Terminal } from "../terminal.ts";
import { type BasePlan, pinnedCommand } from "./basePlan.ts";
import { renderPlan, terminalPaint } from "./renderPlan.ts";

/** Prints what an `up` would do: as JSON, or in plain words with how to do exactly that. */
export function showBasePlan(terminal: Terminal, plan: BasePlan, refresh: boolean, json: boolean): void {
  if (json) {
    terminal.out(JSON.stringify(plan, null, 2));
    return;
  }
  terminal.out(renderPlan(plan.changes, terminalPaint));
  if (plan.changes.length > 0) terminal.info(`To do exactly this: ${pinnedCommand(plan, refresh)}`);
}
