import { type DetailedChange, NO_CHANGE, type PlannedChange } from "@supalove/contracts/api/previews.ts";
import { changeSentences, isDestructive, type PlannedAct, typeRank } from "./changeWords.ts";
import { detailedChanges } from "./detailedChanges.ts";
import type { PlannedStep, Properties } from "./plannedStep.ts";
import type { Redactor } from "./redactor.ts";

/** The stack itself and the connections to what its resources lie in: nothing that anybody has. */
const isConnection = ({ type }: PlannedStep) => type.startsWith("pulumi:");

/**
 * What a run would do, put so that the same plan always looks the same: no-ops left out, secrets masked, in plain words, in
 * one order. Everything in it may be shown to whoever may see the project.
 * @param act what the steps are part of
 */
export function plannedChanges(
  steps: readonly PlannedStep[],
  redactor: Redactor,
  act: PlannedAct = "change",
): PlannedChange[] {
  return steps
    .filter((step) => step.custom && !isConnection(step))
    .map((step) => plannedChange(step, redactor, act))
    .sort((a, b) => typeRank(a.type) - typeRank(b.type) || (a.urn < b.urn ? -1 : 1));
}

function plannedChange(step: PlannedStep, redactor: Redactor, act: PlannedAct): PlannedChange {
  const detailed = detailedChanges(step).map(
    ({ path, before, after, kind }): DetailedChange => ({
      path: redactor.redact(path),
      before: redactor.redactAll(before as Properties),
      after: redactor.redactAll(after as Properties),
      kind,
    }),
  );
  const inputs = redactor.redactAll(step.op === "delete" ? step.oldInputs : step.newInputs) as Properties;
  const { type, op } = step;
  const urn = redactor.redact(step.urn);
  const name = urn.split("::").at(-1) ?? urn;
  const sentences = changeSentences({ type, name, op, inputs, detailed, act });
  return { urn, type, name, op, destructive: isDestructive(step), summary: sentences.join("\n"), detailed };
}

/** All of a plan in plain words, one sentence a line. */
export function summarize(changes: readonly Pick<PlannedChange, "summary">[]): string {
  const lines = changes.flatMap(({ summary }) => summary.split("\n"));
  return lines.length === 0 ? NO_CHANGE : [...new Set(lines)].join("\n");
}
