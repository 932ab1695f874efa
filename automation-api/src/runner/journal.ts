import type { OperationEvent } from "@supalove/contracts";
import type { Database, Transaction } from "../database/client.ts";
import { type Lease, LeaseLost } from "./lease.ts";

/** Events are written together this often: whoever watches sees no difference, the database does. */
const FLUSH_MS = 100;
/** Time until what could not be written is tried again. */
const RETRY_MS = 1_000;

interface Entry {
  readonly event: OperationEvent;
  /** When it happened, which is some time before it is written. */
  readonly createdAt: Date;
}

/** Writes an operation's events, numbered without gaps, as long as the lease holds. */
export class Journal {
  readonly #lease: Lease;
  readonly #operationId: string;
  #last: number;
  #waiting: Entry[] = [];
  /** Numbered, and sent to the database: whether they are written is not known until it answers. */
  #sent: (Entry & { readonly seq: number })[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(lease: Lease, operationId: string, last: number) {
    this.#lease = lease;
    this.#operationId = operationId;
    this.#last = last;
  }

  /** A journal that goes on where an earlier run stopped. */
  static async open(database: Database, lease: Lease, operationId: string): Promise<Journal> {
    return new Journal(lease, operationId, await lastSeq(database, operationId));
  }

  add(event: OperationEvent): void {
    this.#waiting.push({ event, createdAt: new Date() });
    this.#schedule(FLUSH_MS);
  }

  phase(phase: string, message: string): void {
    this.add({ type: "phase", phase, message });
  }

  /** Writes what waits; rejects when the lease is lost, and when the database does not answer: then it is tried again. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  /** Adds a last event within a transaction that changes the operation as well, and holds its row. */
  async conclude(tx: Transaction, event: OperationEvent): Promise<void> {
    const operationId = this.#operationId;
    const seq = (await lastSeq(tx, operationId)) + 1;
    await tx.operationEvent.create({ data: { operationId, seq, event, createdAt: new Date() } });
  }

  #schedule(inMs: number): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), inMs);
  }

  async #write(): Promise<void> {
    for (const entry of this.#waiting.splice(0)) this.#sent.push({ ...entry, seq: ++this.#last });
    if (this.#sent.length === 0) return;
    const data = this.#sent.map((entry) => ({ operationId: this.#operationId, ...entry }));
    try {
      // A commit whose answer was lost has written them already: nobody but this run numbers events.
      await this.#lease.append((tx) => tx.operationEvent.createMany({ data, skipDuplicates: true }));
      this.#sent = [];
    } catch (error) {
      if (!(error instanceof LeaseLost)) this.#schedule(RETRY_MS);
      throw error;
    }
  }
}

async function lastSeq(db: Database | Transaction, operationId: string): Promise<number> {
  const { _max } = await db.operationEvent.aggregate({ where: { operationId }, _max: { seq: true } });
  return _max.seq ?? 0;
}
