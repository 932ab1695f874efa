import type { DetailedChange, DetailKind } from "@supalove/contracts/api/previews.ts";
import type { PlannedStep } from "./plannedStep.ts";
import { formatPath, type Path, parsePath } from "./propertyPath.ts";
import { canonical, KNOWN_LATER, sameValue, valueAt } from "./propertyValue.ts";
import type { Json } from "./redactor.ts";

/** Each property that changes, by its path, down to the values that really differ. */
export function detailedChanges(step: PlannedStep): DetailedChange[] {
  if (step.op === "delete") return [];
  const found = step.op === "create" ? created(step) : step.differences.flatMap((d) => changed(step, d));
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function created({ newInputs }: PlannedStep): DetailedChange[] {
  return Object.entries(newInputs).map(([key, after]) => ({
    path: formatPath([key]),
    before: null,
    after,
    kind: "add",
  }));
}

type Difference = PlannedStep["differences"][number];

function changed(step: PlannedStep, { path, kind, inputs }: Difference): DetailedChange[] {
  const parts = parsePath(path);
  const [first, second] = inputs ? [step.oldInputs, step.oldOutputs] : [step.oldOutputs, step.oldInputs];
  const before = valueAt(first, parts) ?? valueAt(second, parts);
  const wished = valueAt(step.newInputs, parts);
  // What the provider computes has no input of its own.
  const after = wished === undefined && !kind.startsWith("delete") ? KNOWN_LATER : wished;
  const replaces = kind.endsWith("-replace");
  const leaves = [...differing(parts, before, after)];
  // The engine sees a difference where we may not: inside a secret, for one.
  if (leaves.length === 0) leaves.push([parts, before, after]);
  return leaves.map(([at, from, to]) => ({
    path: formatPath(at),
    before: from ?? null,
    after: to ?? null,
    kind: detailKind(from, to, replaces),
  }));
}

function detailKind(before: Json | undefined, after: Json | undefined, replaces: boolean): DetailKind {
  const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
  return replaces ? `${kind}-replace` : kind;
}

type Leaf = readonly [path: Path, before: Json | undefined, after: Json | undefined];

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The places where two values differ. Lists of plain values are compared as sets: their order says nothing to people. */
function* differing(path: Path, before: Json | undefined, after: Json | undefined): Generator<Leaf> {
  if (isObject(before) && isObject(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      yield* differing([...path, key], before[key], after[key]);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    yield* differingItems(path, before, after);
  } else if (!sameValue(before, after)) {
    yield [path, before, after];
  }
}

function* differingItems(path: Path, before: Json[], after: Json[]): Generator<Leaf> {
  const had = new Set(before.map(canonical));
  const has = new Set(after.map(canonical));
  for (const [index, value] of before.entries()) {
    if (!has.has(canonical(value))) yield [[...path, index], value, undefined];
  }
  for (const [index, value] of after.entries()) {
    if (!had.has(canonical(value))) yield [[...path, index], undefined, value];
  }
}
