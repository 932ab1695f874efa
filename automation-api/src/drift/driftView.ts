import { changeDigest } from "@supalove/components/preview/changeDigest.ts";
import { summarize } from "@supalove/components/preview/index.ts";
import { lookDigest } from "@supalove/components/preview/lookDigest.ts";
import { OperationError } from "@supalove/contracts";
import { type Drift, PlannedChange } from "@supalove/contracts/api/index.ts";
import { atOneMoment } from "../database/atOneMoment.ts";
import type { Database, Transaction } from "../database/client.ts";

const OPEN: ReadonlySet<string> = new Set(["queued", "running", "interrupted"]);

/** What is known of a project's drift: the findings of its last look, and whether one is under way. */
export async function driftView(db: Database | Transaction, ref: string): Promise<Drift> {
  // A look that ends in between would be said to be over, beside what the one before it found.
  const { look, last } = await atOneMoment(db, async (tx) => ({
    look: await tx.driftLook.findUnique({ where: { projectRef: ref } }),
    last: await tx.operation.findFirst({
      where: { projectRef: ref, kind: "refresh" },
      orderBy: { number: "desc" },
      select: { id: true, status: true, error: true },
    }),
  }));
  const accepted = new Set(look?.accepted);
  const changes = PlannedChange.array()
    .parse(look?.changes ?? [])
    .map((change) => ({ ...change, accepted: accepted.has(changeDigest(change)) }));
  const drift = changes.filter((change) => !change.accepted);
  return {
    checked_at: look?.checkedAt.toISOString() ?? null,
    digest: look === null ? null : lookDigest(changes),
    drifted: drift.length > 0,
    summary: summarize(drift),
    changes,
    operation_id: last?.id ?? null,
    checking: OPEN.has(last?.status ?? ""),
    error: last?.error == null ? null : OperationError.parse(last.error),
  };
}
