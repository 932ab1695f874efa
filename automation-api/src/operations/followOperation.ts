import { isFinal, OperationEvent, OperationStatus } from "@supalove/contracts";
import type { Database } from "../database/client.ts";
import type { EventStream } from "../http/eventStream.ts";
import type { OperationFeed } from "./operationFeed.ts";

/** Longest silence on a stream. */
const PING_MS = 15_000;
/** Events read at once. */
const PAGE = 500;

/**
 * Sends an operation's events from the one after `after` on, until the operation has ended and everything was sent.
 * Reading starts before waiting and the waiting is registered before each read, so no event falls in between.
 */
export async function followOperation(
  database: Database,
  feed: OperationFeed,
  operationId: string,
  after: number,
  stream: EventStream,
  signal: AbortSignal,
): Promise<void> {
  for (let last = after; !signal.aborted; ) {
    const over = new AbortController();
    const changed = feed.changed(operationId, PING_MS, AbortSignal.any([signal, over.signal]));
    // The status is read first: events of a status that is seen are committed.
    const { status } = await database.operation.findUniqueOrThrow({
      where: { id: operationId },
      select: { status: true },
    });
    const rows = await database.operationEvent.findMany({
      where: { operationId, seq: { gt: last } },
      orderBy: { seq: "asc" },
      take: PAGE,
    });
    for (const { seq, event } of rows) {
      const data = OperationEvent.parse(event);
      await stream.send({ id: seq, type: data.type, data }, signal);
      last = seq;
    }
    if (rows.length === PAGE) {
      over.abort();
      continue;
    }
    if (isFinal(OperationStatus.parse(status))) {
      over.abort();
      break;
    }
    if (rows.length === 0) await stream.ping(signal);
    await changed;
  }
  stream.end();
}
