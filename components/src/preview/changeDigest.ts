import { createHash } from "node:crypto";
import type { PlannedChange } from "@supalove/contracts/api/previews.ts";

/** Names a difference by what it is: the same one found again has the same digest, one that moved on has another. */
export function changeDigest({ urn, op, detailed }: PlannedChange): string {
  const lines = detailed.map(({ path, before, after }) => JSON.stringify([path, before, after])).sort();
  return createHash("sha256")
    .update(JSON.stringify([urn, op, lines]))
    .digest("base64url");
}
