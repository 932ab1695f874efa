import type { DiffKind, EngineEvent, PropertyDiff, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { nameOfUrn } from "./progress.ts";

/** A change that a preview found, in plain words. */
export interface PlannedChange {
  readonly sign: "+" | "~" | "±" | "-";
  readonly text: string;
  /** True when data is lost with it. */
  readonly destructive: boolean;
}

/** Types that hold data. */
const HOLDS_DATA: ReadonlySet<string> = new Set(["Volume", "Database"]);

/** The part of an engine's step that is put into words. */
type Step = Pick<StepEventMetadata, "urn" | "op" | "detailedDiff" | "diffs">;

/** Words for one step of a preview; undefined for a step that changes nothing. */
export function describeStep({ urn, op, detailedDiff, diffs }: Step): PlannedChange | undefined {
  const { type, name, module } = nameOfUrn(urn);
  // The stack itself, and connections to what the resources lie in.
  if (module === "pulumi") return undefined;
  const paths = detailedDiff == null ? (diffs ?? []) : Object.entries(detailedDiff).map(([path, d]) => change(path, d));
  const because = paths.length === 0 ? "" : `: ${paths.join(", ")}`;
  switch (op) {
    case "create":
      return { sign: "+", text: `create ${type} ${name}`, destructive: false };
    case "update":
      return { sign: "~", text: `change ${type} ${name}${because}`, destructive: false };
    case "replace":
      return { sign: "±", text: `replace ${type} ${name}${because}`, destructive: HOLDS_DATA.has(type) };
    case "delete":
      return { sign: "-", text: `delete ${type} ${name}`, destructive: HOLDS_DATA.has(type) };
    default:
      return undefined;
  }
}

function change(path: string, { diffKind }: PropertyDiff): string {
  const words: Readonly<Partial<Record<DiffKind, string>>> = {
    add: "new",
    "add-replace": "new",
    delete: "gone",
    "delete-replace": "gone",
  };
  const word = words[diffKind];
  return word === undefined ? path : `${path} (${word})`;
}

/** Gathers the changes of a preview from the engine's events. */
export function plannedChange(event: EngineEvent): PlannedChange | undefined {
  return event.resourcePreEvent === undefined ? undefined : describeStep(event.resourcePreEvent.metadata);
}

/** A preview's last line. */
export function summarize(changes: readonly PlannedChange[]): string {
  if (changes.length === 0) return "no changes";
  const count = (sign: PlannedChange["sign"]) => changes.filter((c) => c.sign === sign).length;
  const parts = [
    [count("+"), "to create"],
    [count("~"), "to change"],
    [count("±"), "to replace"],
    [count("-"), "to delete"],
  ].filter(([n]) => n !== 0);
  const lost = changes.filter(({ destructive }) => destructive).length;
  return `${parts.map(([n, what]) => `${n} ${what}`).join(", ")}${lost === 0 ? "" : `; ${lost} of them lose data`}`;
}
