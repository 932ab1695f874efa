import { changeDigest } from "@supalove/components/preview/changeDigest.ts";
import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";

/** Writes down what a look found. What was accepted stays so as long as it is found again, and is forgotten then. */
export async function recordLook(tx: Transaction, ref: string, changes: readonly PlannedChange[]): Promise<void> {
  const before = await tx.driftLook.findUnique({ where: { projectRef: ref }, select: { accepted: true } });
  const found = new Set(changes.map(changeDigest));
  const row = {
    checkedAt: new Date(),
    changes: [...changes],
    accepted: (before?.accepted ?? []).filter((digest) => found.has(digest)),
  };
  await tx.driftLook.upsert({ where: { projectRef: ref }, create: { projectRef: ref, ...row }, update: row });
}
