import { TENANT_CHANGED_CHANNEL, TenantRow } from "@supalove/contracts";
import pg from "pg";
import type { Logger } from "../observability/logger.ts";

/** What a reader tells the registry; always in the order in which the database was read. */
export interface RegistrySink {
  /** The rows of `asked` that exist; every other ref of `asked` is unknown. */
  applyRows(asked: ReadonlySet<string>, rows: readonly TenantRow[]): void;
  /** The whole table: whatever is not among `rows` is unknown. */
  applyAll(rows: readonly TenantRow[]): void;
}

/** The control database did not answer. */
export class RegistryUnavailableError extends Error {
  override readonly name = "RegistryUnavailableError";
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const COLUMNS = "ref, status, config, secrets, version";
/** Refs in one read; a flood of unknown refs so costs a query per batch, not per request. */
const BATCH = 500;
const QUERY_TIMEOUT_MS = 5_000;
/** A dead connection that nobody closed is noticed after this and one query time-out. */
const HEARTBEAT_MS = 2_000;
const RECONNECT_MAX_MS = 2_000;

/**
 * Reads `registry.tenants` over one connection that also LISTENs. Because every read runs on that connection, one after
 * the other, an older answer can never overwrite a newer one. After each (re)connect the whole table is read again, as
 * notifications sent meanwhile are lost.
 */
export class RegistryReader {
  readonly #url: string;
  readonly #sink: RegistrySink;
  readonly #log: Logger;
  readonly #wanted = new Map<string, Waiter[]>();
  #client: pg.Client | undefined;
  #everything = false;
  #working = false;
  #closed = false;
  #failures = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #reconnect: NodeJS.Timeout | undefined;

  constructor(url: string, sink: RegistrySink, log: Logger) {
    this.#url = url;
    this.#sink = sink;
    this.#log = log;
  }

  /** True while notifications arrive, i.e. while what the registry holds is current. */
  get connected(): boolean {
    return this.#client !== undefined;
  }

  start(): void {
    void this.#connect();
  }

  /** Reads one row and hands it to the sink before it resolves. @throws RegistryUnavailableError */
  read(ref: string): Promise<void> {
    if (this.#client === undefined) {
      return Promise.reject(new RegistryUnavailableError("no connection to the control database"));
    }
    return new Promise((resolve, reject) => {
      this.#want(ref, { resolve, reject });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reconnect);
    const client = this.#client;
    this.#drop(new RegistryUnavailableError("closing"));
    await client?.end().catch(() => undefined);
  }

  #want(ref: string, waiter?: Waiter): void {
    const waiters = this.#wanted.get(ref);
    if (waiters === undefined) this.#wanted.set(ref, waiter ? [waiter] : []);
    else if (waiter) waiters.push(waiter);
    void this.#work();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "supalove gateway registry",
      connectionTimeoutMillis: 3_000,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on("error", (error) => this.#lost(client, error));
    client.on("end", () => this.#lost(client, new RegistryUnavailableError("connection closed")));
    client.on("notification", ({ channel, payload }) => this.#notified(channel, payload ?? "*"));
    try {
      await client.connect();
      await client.query(`LISTEN ${TENANT_CHANGED_CHANNEL}`);
    } catch (error) {
      client.end().catch(() => undefined);
      this.#again(error);
      return;
    }
    if (this.#closed) {
      client.end().catch(() => undefined);
      return;
    }
    this.#client = client;
    this.#failures = 0;
    this.#everything = true;
    this.#log.info("registry connected");
    this.#heartbeat = setInterval(() => {
      // Only when idle: a read in flight shows by itself whether the connection lives.
      if (!this.#working) client.query("select 1").catch((error: Error) => this.#lost(client, error));
    }, HEARTBEAT_MS);
    void this.#work();
  }

  #notified(channel: string, payload: string): void {
    if (channel !== TENANT_CHANGED_CHANNEL) return;
    if (payload === "*") {
      this.#everything = true;
      void this.#work();
    } else if (TenantRow.shape.ref.safeParse(payload).success) {
      this.#want(payload);
    } else {
      this.#log.warn("registry notification is neither a ref nor *");
    }
  }

  /** One batch after the other until nothing is wanted; a ref asked for during a read goes into the next one. */
  async #work(): Promise<void> {
    const client = this.#client;
    if (this.#working || client === undefined) return;
    this.#working = true;
    try {
      while (this.#client === client && (this.#everything || this.#wanted.size > 0)) await this.#readBatch(client);
    } catch (error) {
      this.#lost(client, error);
    } finally {
      this.#working = false;
    }
    // A reconnect that finished while the last batch failed found `working` set and left the work to us.
    if (this.#client !== undefined && (this.#everything || this.#wanted.size > 0)) void this.#work();
  }

  async #readBatch(client: pg.Client): Promise<void> {
    const everything = this.#everything;
    this.#everything = false;
    const batch = [...this.#wanted].slice(0, everything ? undefined : BATCH);
    for (const [ref] of batch) this.#wanted.delete(ref);
    try {
      if (everything) {
        const { rows } = await client.query(`select ${COLUMNS} from registry.tenants`);
        this.#sink.applyAll(this.#parse(rows));
      } else {
        const asked = new Set(batch.map(([ref]) => ref));
        const text = `select ${COLUMNS} from registry.tenants where ref = any($1)`;
        const { rows } = await client.query({ name: "tenants", text, values: [[...asked]] });
        this.#sink.applyRows(asked, this.#parse(rows));
      }
    } catch (error) {
      const failure = new RegistryUnavailableError("the control database did not answer", { cause: error });
      for (const [, waiters] of batch) for (const waiter of waiters) waiter.reject(failure);
      throw error;
    }
    for (const [, waiters] of batch) for (const waiter of waiters) waiter.resolve();
  }

  /** A row that does not parse is left out, with a line in the log: it must not take all other tenants down. */
  #parse(rows: readonly unknown[]): TenantRow[] {
    return rows.flatMap((row) => {
      const parsed = TenantRow.safeParse(row);
      if (parsed.success) return [parsed.data];
      const ref = (row as { ref?: unknown }).ref;
      this.#log.error({ ref, issues: parsed.error.issues.map((issue) => issue.path.join(".")) }, "tenant row unusable");
      return [];
    });
  }

  #lost(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#drop(new RegistryUnavailableError("connection to the control database lost", { cause: error }));
    client.end().catch(() => undefined);
    this.#again(error);
  }

  #drop(error: RegistryUnavailableError): void {
    clearInterval(this.#heartbeat);
    this.#client = undefined;
    for (const [ref, waiters] of this.#wanted) {
      this.#wanted.delete(ref);
      for (const waiter of waiters) waiter.reject(error);
    }
  }

  #again(error: unknown): void {
    if (this.#closed) return;
    const pause = Math.min(RECONNECT_MAX_MS, 100 * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.warn({ reason, pauseMs: Math.round(pause) }, "registry connection lost");
    this.#reconnect = setTimeout(() => void this.#connect(), pause);
  }
}
