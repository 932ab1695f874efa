import type { Keyring, TenantRow } from "@supalove/contracts";
import { LRUCache } from "lru-cache";
import { GatewayError } from "../errors/gatewayError.ts";
import type { Logger } from "../observability/logger.ts";
import { openTenant } from "./openTenant.ts";
import type { RegistrySink } from "./registryReader.ts";
import type { Tenant } from "./tenant.ts";

/** Where rows come from; {@link RegistryReader} outside of unit tests. */
export interface RegistrySource {
  readonly connected: boolean;
  read(ref: string): Promise<void>;
}

interface Entry {
  readonly row: TenantRow;
  /** The row with its secrets opened, from the first request on. */
  opened?: Tenant;
  opening?: Promise<Tenant>;
}

/** Keys of a rotation have ended since the tenant was opened. */
const isOutdated = ({ endsAt }: Tenant) => endsAt <= Date.now();

/** Told after the cache holds the new row; `undefined` means the project is gone. */
export type TenantListener = (ref: string, row: TenantRow | undefined) => void;

/** Rows kept; about 3 kB each. Beyond it the least recently used are read again when asked for. */
const MAX_ROWS = 20_000;
/** Refs known to be unknown. A new project's notification removes it from here, so the time only bounds memory of typos. */
const MAX_UNKNOWN = 10_000;
const UNKNOWN_TTL_MS = 10_000;

const sameRow = (a: TenantRow, b: TenantRow) =>
  a.version === b.version &&
  a.status === b.status &&
  a.secrets === b.secrets &&
  JSON.stringify(a.config) === JSON.stringify(b.config);

/**
 * The gateway's memory of tenants. Known tenants are served from here alone, so they keep working while the control
 * database is down; changes arrive by notification.
 */
export class TenantRegistry implements RegistrySink {
  readonly #keyring: Keyring;
  readonly #log: Logger;
  readonly #source: RegistrySource;
  readonly #rows = new LRUCache<string, Entry>({ max: MAX_ROWS });
  readonly #unknown = new LRUCache<string, true>({ max: MAX_UNKNOWN, ttl: UNKNOWN_TTL_MS });
  readonly #listeners: TenantListener[] = [];
  readonly #synced = Promise.withResolvers<void>();

  constructor(keyring: Keyring, log: Logger, createSource: (sink: RegistrySink) => RegistrySource) {
    this.#keyring = keyring;
    this.#log = log;
    this.#source = createSource(this);
  }

  /** Resolves once the whole table was read for the first time. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get size(): number {
    return this.#rows.size;
  }

  onChange(listener: TenantListener): void {
    this.#listeners.push(listener);
  }

  /** The tenant if it is in memory, opened: the way of nearly every request, without waiting. */
  peek(ref: string): Tenant | undefined {
    const opened = this.#rows.get(ref)?.opened;
    return opened === undefined || isOutdated(opened) ? undefined : opened;
  }

  /** The row of a tenant as the gateway sees it now; nothing is read. */
  row(ref: string): TenantRow | undefined {
    return this.#rows.peek(ref)?.row;
  }

  /** @throws GatewayError when the project is unknown, or can't be known right now */
  async find(ref: string): Promise<Tenant> {
    const known = this.#rows.get(ref);
    if (known !== undefined) return this.#open(known);
    if (!this.#unknown.has(ref)) {
      await this.#read(ref);
      const read = this.#rows.get(ref);
      if (read !== undefined) return this.#open(read);
    }
    throw new GatewayError("project_not_found", `There is no project ${ref}.`);
  }

  applyRows(asked: ReadonlySet<string>, rows: readonly TenantRow[]): void {
    const missing = new Set(asked);
    for (const row of rows) {
      missing.delete(row.ref);
      this.#set(row);
    }
    for (const ref of missing) this.#remove(ref);
  }

  applyAll(rows: readonly TenantRow[]): void {
    const missing = new Set(this.#rows.keys());
    this.#unknown.clear();
    for (const row of rows) {
      missing.delete(row.ref);
      this.#set(row);
    }
    for (const ref of missing) this.#remove(ref);
    this.#synced.resolve();
  }

  /** Rows of an earlier run, to serve known tenants before the control database answers. */
  preload(rows: readonly TenantRow[]): void {
    for (const row of rows) if (!this.#rows.has(row.ref)) this.#rows.set(row.ref, { row });
  }

  /** Every row in memory, for the snapshot. */
  snapshot(): TenantRow[] {
    return [...this.#rows.values()].map((entry) => entry.row);
  }

  async #read(ref: string): Promise<void> {
    try {
      await this.#source.read(ref);
    } catch (cause) {
      throw new GatewayError("registry_unavailable", "The project can't be looked up right now.", {
        retryAfter: 2,
        cause,
      });
    }
  }

  async #open(entry: Entry): Promise<Tenant> {
    if (entry.opened && !isOutdated(entry.opened)) return entry.opened;
    // Opened anew, the same row lets in less.
    if (entry.opened) {
      delete entry.opened;
      delete entry.opening;
    }
    entry.opening ??= openTenant(entry.row, this.#keyring, Date.now());
    try {
      entry.opened = await entry.opening;
      return entry.opened;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#log.error({ ref: entry.row.ref, reason }, "tenant unusable");
      throw new GatewayError("project_unavailable", "The project's settings can't be read.", { cause });
    }
  }

  #set(row: TenantRow): void {
    this.#unknown.delete(row.ref);
    const known = this.#rows.peek(row.ref);
    if (known !== undefined && sameRow(known.row, row)) return;
    this.#rows.set(row.ref, { row });
    this.#tell(row.ref, row);
  }

  #remove(ref: string): void {
    this.#unknown.set(ref, true);
    if (this.#rows.delete(ref)) this.#tell(ref, undefined);
  }

  #tell(ref: string, row: TenantRow | undefined): void {
    for (const listener of this.#listeners) listener(ref, row);
  }
}
