import { createHash } from "node:crypto";
import type { PlannedChange } from "@supalove/contracts/api/previews.ts";
import { changeDigest } from "./changeDigest.ts";

/** Stands for all that a look found: one that finds the same, in whatever order, has the same. */
export function lookDigest(changes: readonly PlannedChange[]): string {
  const digests = changes.map(changeDigest).sort();
  return `sha256:${createHash("sha256").update(JSON.stringify(digests)).digest("hex")}`;
}
