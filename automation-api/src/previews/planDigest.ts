import { createHash } from "node:crypto";
import { canonical } from "@supalove/components/preview/propertyValue.ts";
import type { Json } from "@supalove/components/preview/redactor.ts";
import { schemaVersion } from "@supalove/components/tenantSql/index.ts";
import type { ProjectSpec } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { VERSION } from "../api/version.ts";

export interface PlanInputs {
  readonly kind: string;
  readonly name: string;
  readonly spec: ProjectSpec;
  readonly refresh: boolean;
  readonly stateVersion: number;
}

/**
 * Stands for everything a plan follows from, and for the plan itself: the program, its inputs, the state it was made against,
 * and what would happen. Everybody who may see the project may see it, so nothing secret goes in, not even as a hash.
 */
export function planDigest({ spec, ...inputs }: PlanInputs, changes: readonly PlannedChange[]): string {
  const { ref, plan, size, extensions, keys, passwordGeneration, imported } = spec;
  const stack = spec.plan === "dedicated" ? { stack: spec.stack } : {};
  // When keys are issued, and until when older ones count, follows from when a preview is applied.
  const generations = { keys: keys.generation, previous: keys.previous?.generation ?? null, passwordGeneration };
  const wished = { ref, plan, size, extensions, ...stack, ...generations, imported: Object.keys(imported).sort() };
  const program = { version: VERSION, schema: schemaVersion() };
  const text = canonical({ program, ...inputs, wished, changes: changes as unknown as Json });
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
