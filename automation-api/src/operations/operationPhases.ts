import { OperationEvent } from "@supalove/contracts";
import type { OperationPhase } from "@supalove/contracts/api/index.ts";
import type { Database } from "../database/client.ts";
import type { Operation } from "../generated/prisma/client.ts";

/** An event with the time it was written. */
export interface TimedEvent {
  readonly event: unknown;
  readonly createdAt: Date;
}

/** The phases an operation went through, each until the next one began. */
export async function operationPhases(database: Database, { id, finishedAt }: Operation): Promise<OperationPhase[]> {
  const events = await database.operationEvent.findMany({
    where: { operationId: id, event: { path: ["type"], equals: "phase" } },
    orderBy: { seq: "asc" },
    select: { event: true, createdAt: true },
  });
  return phasesOf(events, finishedAt ?? new Date());
}

/** @param end of the last phase: the operation's own, or now while it runs */
export function phasesOf(events: readonly TimedEvent[], end: Date): OperationPhase[] {
  return events.flatMap(({ event: raw, createdAt }, at) => {
    const event = OperationEvent.parse(raw);
    if (event.type !== "phase") return [];
    const until = events[at + 1]?.createdAt ?? end;
    const milliseconds = Math.max(0, until.getTime() - createdAt.getTime());
    return [{ phase: event.phase, message: event.message, started_at: createdAt.toISOString(), milliseconds }];
  });
}
