import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { ChangeOp } from "@supalove/contracts/api/previews.ts";
import { plainValue } from "./propertyValue.ts";
import type { Json } from "./redactor.ts";

export type Properties = { [key: string]: Json };

/** A path whose value differs; the kind in the engine's words. */
export interface StepDifference {
  readonly path: string;
  readonly kind: string;
  /** True where the inputs are compared, false where the last known state is compared with the inputs. */
  readonly inputs: boolean;
}

/** One resource that the engine would change. Secrets that the engine knows as such are masked. */
export interface PlannedStep {
  readonly urn: string;
  readonly type: string;
  readonly op: ChangeOp;
  /** False for a component, which only groups others. */
  readonly custom: boolean;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly newInputs: Properties;
  readonly differences: readonly StepDifference[];
}

/** The engine's steps that stand for one change each; the parts of a replacement are told by `replace` alone. */
const OPS: Readonly<Record<string, ChangeOp>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/** The step that an engine's event announces; undefined for other events and for resources that stay as they are. */
export function plannedStep(event: EngineEvent): PlannedStep | undefined {
  const metadata = event.resourcePreEvent?.metadata;
  const op = OPS[metadata?.op ?? ""];
  if (metadata === undefined || op === undefined) return undefined;
  const { urn, type, old, new: wished, detailedDiff, diffs, keys } = metadata;
  const replacing = new Set(keys ?? []);
  return {
    urn,
    type,
    op,
    custom: (wished ?? old)?.custom === true,
    oldInputs: properties(old?.inputs),
    oldOutputs: properties(old?.outputs),
    newInputs: properties(wished?.inputs),
    differences: detailedDiff
      ? Object.entries(detailedDiff).map(([path, d]) => ({ path, kind: d.diffKind, inputs: d.inputDiff }))
      : [...new Set([...(diffs ?? []), ...replacing])].map((path) => ({
          path,
          kind: replacing.has(path) ? "update-replace" : "update",
          inputs: true,
        })),
  };
}

/** A resource as it stands in an exported state, so far as its deletion is concerned. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly delete?: boolean;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/** The steps that take away everything an exported state holds. */
export function deletionSteps(resources: readonly StateResource[]): PlannedStep[] {
  return resources.map((resource) => ({
    urn: resource.urn,
    type: resource.type,
    op: "delete",
    custom: resource.custom === true,
    oldInputs: properties(resource.inputs),
    oldOutputs: properties(resource.outputs),
    newInputs: {},
    differences: [],
  }));
}

function properties(value: unknown): Properties {
  const plain = plainValue(value);
  return typeof plain === "object" && plain !== null && !Array.isArray(plain) ? plain : {};
}
