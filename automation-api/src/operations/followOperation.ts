import type { EventStream } from "../http/eventStream.ts";
import type { EventReader } from "./eventReader.ts";
import type { OperationFeed } from "./operationFeed.ts";

/** Longest silence on a stream. */
const PING_MS = 15_000;

/**
 * Sends an operation's events from the one after `after` on, until the operation has ended and everything was sent.
 * Reading starts before waiting and the waiting is registered before each read, so no event falls in between.
 */
export async function followOperation(
  reader: EventReader,
  feed: OperationFeed,
  operationId: string,
  after: number,
  stream: EventStream,
  signal: AbortSignal,
): Promise<void> {
  for (let last = after; !signal.aborted; ) {
    const over = new AbortController();
    const changed = feed.changed(operationId, PING_MS, AbortSignal.any([signal, over.signal]));
    const { events, complete, full } = await reader.read(operationId, last);
    for (const { seq, event } of events) {
      await stream.send({ id: seq, type: event.type, data: event }, signal);
      last = seq;
    }
    if (full || complete) over.abort();
    if (complete) break;
    if (full) continue;
    if (events.length === 0) await stream.ping(signal);
    await changed;
  }
  stream.end();
}
