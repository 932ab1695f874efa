import type { Logger } from "pino";
import type { Database, Transaction } from "../database/client.ts";
import { isUniqueViolation, isWriteConflict } from "../database/failures.ts";
import type { EngineIdentity } from "../engine/enginePort.ts";
import type { LeaseTimes } from "./services.ts";

/** Another runner has taken the operation, or nobody can tell any more: this one must not touch it again. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** A transaction that lost against another one is made again this often. */
const CONFLICT_ATTEMPTS = 3;

/**
 * This runner's right to work on an operation. Renewed by heartbeats; given up by the runner itself some time before the
 * others may take it, so that a runner cut off from the database stops its engine first.
 */
export class Lease {
  readonly #database: Database;
  readonly #operationId: string;
  readonly #epoch: number;
  readonly #times: LeaseTimes;
  readonly #logger: Logger;
  readonly #lost = new AbortController();
  readonly #cancelled = new AbortController();
  #validUntil: number;
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(database: Database, operationId: string, epoch: number, times: LeaseTimes, logger: Logger) {
    this.#database = database;
    this.#operationId = operationId;
    this.#epoch = epoch;
    this.#times = times;
    this.#logger = logger;
    this.#validUntil = performance.now() + times.durationMs - times.marginMs;
  }

  /** Aborted when the lease is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Aborted when somebody asked for the operation to be cancelled. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  start(): void {
    this.#timer = setInterval(() => void this.beat(), this.#times.heartbeatMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Renews the lease and hears of a wish to cancel. */
  async beat(): Promise<void> {
    if (performance.now() > this.#validUntil) this.#lost.abort();
    if (this.#beating || this.lost.aborted) return;
    this.#beating = true;
    const asked = performance.now();
    try {
      const rows = await this.#database.$queryRaw<{ cancel: boolean }[]>`
        update operations set lease_until = now() + make_interval(secs => ${this.#times.durationMs / 1000}::float8)
        where id = ${this.#operationId} and epoch = ${this.#epoch} and status = 'running'
        returning cancel_requested_at is not null as cancel`;
      if (rows[0] === undefined) this.#lost.abort();
      else if (rows[0].cancel) this.#cancelled.abort();
      this.#validUntil = asked + this.#times.durationMs - this.#times.marginMs;
    } catch (error) {
      this.#logger.warn({ err: error }, "heartbeat failed");
    } finally {
      this.#beating = false;
    }
  }

  /** The fence before each start of the engine: asks the database, not the memory. */
  async holds(): Promise<boolean> {
    if (this.lost.aborted) return false;
    const rows = await this.#database.$queryRaw<{ ok: boolean }[]>`
      select lease_until > now() as ok from operations
      where id = ${this.#operationId} and epoch = ${this.#epoch} and status = 'running'`;
    return rows[0]?.ok === true;
  }

  /** Writes where the engine of this run is, for whoever has to end it. */
  async recordEngine({ host, session, startedAt }: EngineIdentity): Promise<void> {
    const written = await this.#database.$executeRaw`
      update operations set engine_host = ${host}, engine_group = ${session}, engine_started = ${startedAt}
      where id = ${this.#operationId} and epoch = ${this.#epoch} and status = 'running'`;
    if (written === 0) throw new LeaseLost(`lost ${this.#operationId}`);
  }

  /**
   * Runs a transaction that holds only if the lease does: the row is locked first, so nobody can take over in between.
   * The project's comes before it, as everywhere: a request that locks both must not wait for this one crosswise.
   * @throws LeaseLost
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const attempt = () =>
      this.#database.$transaction(async (tx) => {
        await tx.$queryRaw`
          select 1 from projects where ref = (select project_ref from operations where id = ${this.#operationId})
          for update`;
        return this.#whileHeld(tx, work);
      });
    // Losing against another transaction must not cost the whole operation. One that took a name or a port is seen by the next attempt.
    for (let left = CONFLICT_ATTEMPTS - 1; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (left === 0 || !(isWriteConflict(error) || isUniqueViolation(error))) throw error;
      }
    }
  }

  /**
   * The same for what touches nothing but the operation's own rows, and comes often.
   * @throws LeaseLost
   */
  async append<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#database.$transaction((tx) => this.#whileHeld(tx, work));
  }

  async #whileHeld<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const rows = await tx.$queryRaw<unknown[]>`
      select 1 from operations where id = ${this.#operationId} and epoch = ${this.#epoch} and status = 'running'
      for update`;
    if (rows.length === 0) throw new LeaseLost(`lost ${this.#operationId}`);
    return work(tx);
  }
}
