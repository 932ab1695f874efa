import type { OperationEvent } from "@supalove/contracts";
import type { Database, Transaction } from "../database/client.ts";
import type { Lease } from "./lease.ts";

/** Events are written together this often: whoever watches sees no difference, the database does. */
const FLUSH_MS = 100;

/** Writes an operation's events, numbered without gaps, as long as the lease holds. */
export class Journal {
  readonly #lease: Lease;
  readonly #operationId: string;
  #last: number;
  #waiting: OperationEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(lease: Lease, operationId: string, last: number) {
    this.#lease = lease;
    this.#operationId = operationId;
    this.#last = last;
  }

  /** A journal that goes on where an earlier run stopped. */
  static async open(database: Database, lease: Lease, operationId: string): Promise<Journal> {
    const { _max } = await database.operationEvent.aggregate({ where: { operationId }, _max: { seq: true } });
    return new Journal(lease, operationId, _max.seq ?? 0);
  }

  add(event: OperationEvent): void {
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), FLUSH_MS);
  }

  phase(phase: string, message: string): void {
    this.add({ type: "phase", phase, message });
  }

  /** Writes what waits; rejects when the lease is lost. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  /** Adds a last event within a transaction that changes the operation as well. Everything before it is written. */
  async conclude(tx: Transaction, event: OperationEvent): Promise<void> {
    this.#last += 1;
    await tx.operationEvent.create({ data: { operationId: this.#operationId, seq: this.#last, event } });
  }

  async #write(): Promise<void> {
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length === 0) return;
    const first = this.#last + 1;
    await this.#lease.transaction((tx) =>
      tx.operationEvent.createMany({
        data: events.map((event, index) => ({ operationId: this.#operationId, seq: first + index, event })),
      }),
    );
    this.#last += events.length;
  }
}
