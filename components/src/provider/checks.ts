import type { z } from "zod";
import { type Checked, type Difference, hasUnknown, type Properties } from "./handler.ts";

/**
 * A `check` that validates by schema; during a preview, where values are still unknown, it lets everything through.
 * @param added inputs that follow from the program's version
 */
export function checkWith(schema: z.ZodType, added: () => Properties = () => ({})): (inputs: Properties) => Checked {
  return (inputs) => {
    const checked = { ...inputs, ...added() };
    if (hasUnknown(inputs)) return { inputs: checked, failures: [] };
    const parsed = schema.safeParse(inputs);
    if (parsed.success) return { inputs: checked, failures: [] };
    const failures = parsed.error.issues.map((issue) => ({ property: issue.path.join("."), reason: issue.message }));
    return { inputs: checked, failures };
  };
}

/** The same value with its keys in order, for comparing. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}

/**
 * A `diff` over some properties and over `drift`, the sentences that a `read` found: each of them is a difference of its own.
 * @param replacing properties whose change makes the resource anew
 */
export function diffKeys(
  keys: readonly string[],
  replacing: readonly string[] = [],
): (outputs: Properties, inputs: Properties) => Difference[] {
  return (outputs, inputs) => {
    const changed = keys.filter(
      (key) => JSON.stringify(ordered(outputs[key])) !== JSON.stringify(ordered(inputs[key])),
    );
    const drift = Array.isArray(outputs["drift"]) ? outputs["drift"] : [];
    return [
      ...changed.map((path): Difference => ({ path, kind: "update", replace: replacing.includes(path) })),
      ...drift.map((_, index): Difference => ({ path: `drift[${index}]`, kind: "delete" })),
    ];
  };
}
