import { isFinal, OperationEvent, type OperationStatus } from "@supalove/contracts";
import type { OperationPhase } from "@supalove/contracts/api/index.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { Operation } from "../generated/prisma/client.ts";

/** An event with the time it was written. */
export interface TimedEvent {
  readonly event: unknown;
  readonly createdAt: Date;
}

/** Events that phases begin and end with. */
const BORDERS = ["phase", "status"].map((type) => ({ event: { path: ["type"], equals: type } }));

/** The phases an operation went through, with the time each took. */
export async function operationPhases(
  db: Database | Transaction,
  { id, finishedAt }: Operation,
): Promise<OperationPhase[]> {
  const events = await db.operationEvent.findMany({
    where: { operationId: id, OR: BORDERS },
    orderBy: { seq: "asc" },
    select: { event: true, createdAt: true },
  });
  return phasesOf(events, finishedAt ?? new Date());
}

/**
 * A phase lasts until the next one begins, or until its run ends: time in which nobody worked belongs to none.
 * @param end of the last phase: the operation's own, or now while it runs
 */
export function phasesOf(events: readonly TimedEvent[], end: Date): OperationPhase[] {
  const borders = events
    .map(({ event, createdAt }) => ({ event: OperationEvent.parse(event), createdAt }))
    .filter(({ event }) => event.type === "phase" || (event.type === "status" && isEnd(event.status)));
  return borders.flatMap(({ event, createdAt }, at) => {
    if (event.type !== "phase") return [];
    const until = borders[at + 1]?.createdAt ?? end;
    const milliseconds = Math.max(0, until.getTime() - createdAt.getTime());
    return [{ phase: event.phase, message: event.message, started_at: createdAt.toISOString(), milliseconds }];
  });
}

const isEnd = (status: OperationStatus) => status === "interrupted" || isFinal(status);
