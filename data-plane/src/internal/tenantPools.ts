import { isDeepStrictEqual } from "node:util";
import { tenantNames } from "@supalove/contracts";
import pg from "pg";
import type { Tenant } from "../tenants/tenant.ts";
import { cancelBackend } from "./cancelBackend.ts";
import { QueryError } from "./queryError.ts";
import { connectionBroke, type QueryAnswer, type QueryCaps, type QueryRequest, runQuery } from "./runQuery.ts";

/** Few: this is the way of consoles and migrations, and the tenant's login has a connection limit. */
const CONNECTIONS_PER_TENANT = 3;
const MAX_WAITING_PER_TENANT = 20;
const IDLE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Event triggers of each tenant database notify it of DDL; a session's own notifications come with its answer. */
const SCHEMA_CHANNEL = "pgrst";

/** All of a tenant's row that a connection hangs on. */
interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly password: string;
}

interface TenantPool {
  readonly login: Login;
  readonly pool: pg.Pool;
  readonly busy: Set<pg.PoolClient>;
  /** Called when the pool is closed, by who waits for a connection: a closed pool serves nobody and says so late. */
  readonly waiting: Set<() => void>;
  closed: boolean;
}

/** A connection on loan, and the pool it goes back to. */
interface Loan {
  readonly client: pg.PoolClient;
  readonly entry: TenantPool;
}

/** Connections as the tenants' own logins (`postgres_<ref>`), a small pool for each tenant that is asked for. */
export class TenantPools {
  readonly #caps: QueryCaps;
  readonly #onSchemaChange: (ref: string) => void;
  readonly #pools = new Map<string, TenantPool>();

  /** @param onSchemaChange called before a query that changed the tenant's schema is answered */
  constructor(caps: QueryCaps, onSchemaChange: (ref: string) => void) {
    this.#caps = caps;
    this.#onSchemaChange = onSchemaChange;
  }

  get size(): number {
    return this.#pools.size;
  }

  /** Runs SQL as the tenant's owner. @throws QueryError */
  async query(tenant: Tenant, request: QueryRequest): Promise<QueryAnswer> {
    const first = this.#poolOf(tenant);
    if (first.pool.waitingCount >= MAX_WAITING_PER_TENANT) {
      throw new QueryError(429, "too_many_queries", "The project has too many queries waiting.", {
        hint: "Wait for the running ones to end.",
      });
    }
    const { client, entry } = await this.#borrow(tenant.ref, first);
    let reusable = false;
    let schemaChanged = false;
    const onNotification = () => {
      schemaChanged = true;
    };
    client.on("notification", onNotification);
    try {
      await client.query(`listen ${SCHEMA_CHANNEL}`).catch((cause: unknown) => {
        throw connectionBroke(cause);
      });
      const answer = await runQuery(client, request, this.#caps);
      reusable = await reset(client);
      return answer;
    } catch (error) {
      // A plain SQL error leaves a connection that can be reset; anything else does not.
      if (error instanceof QueryError && error.status === 400) reusable = await reset(client);
      throw error;
    } finally {
      client.off("notification", onNotification);
      if (schemaChanged) this.#onSchemaChange(tenant.ref);
      entry.busy.delete(client);
      client.release(!reusable);
    }
  }

  /** Closes a tenant's connections; those in use are broken off when `force` is set. Resolves when none is left. */
  async closeTenant(ref: string, force: boolean): Promise<void> {
    const entry = this.#pools.get(ref);
    if (entry === undefined) return;
    this.#pools.delete(ref);
    entry.closed = true;
    const ended = entry.pool.end();
    for (const leave of entry.waiting) leave();
    if (force) {
      for (const client of entry.busy) {
        cancelBackend(client);
        client.connection.stream.destroy();
      }
    }
    await ended;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#pools.keys()].map((ref) => this.closeTenant(ref, true)));
  }

  #poolOf(tenant: Tenant): TenantPool {
    const login = loginOf(tenant);
    const known = this.#pools.get(tenant.ref);
    // Most changes of a row are none to its connections.
    if (known !== undefined && isDeepStrictEqual(known.login, login)) return known;
    if (known) void this.closeTenant(tenant.ref, false);
    const pool = new pg.Pool({
      ...login,
      user: tenantNames(tenant.ref).owner,
      application_name: "supalove query",
      max: CONNECTIONS_PER_TENANT,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: this.#caps.deadlineMs,
      keepAlive: true,
    });
    const entry: TenantPool = { login, pool, busy: new Set(), waiting: new Set(), closed: false };
    // A connection that breaks says so in the query that runs on it, or is just replaced.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    // A pool whose last connection idled out is forgotten; one that broke makes way for who waits.
    pool.on("remove", () => {
      if (pool.totalCount === 0 && pool.waitingCount === 0 && this.#pools.get(tenant.ref) === entry)
        this.#pools.delete(tenant.ref);
    });
    this.#pools.set(tenant.ref, entry);
    return entry;
  }

  /** Waits for a connection; when the pool is replaced meanwhile, for one of the next. */
  async #borrow(ref: string, first: TenantPool): Promise<Loan> {
    for (let entry: TenantPool | undefined = first; entry !== undefined; entry = this.#pools.get(ref)) {
      const client = await this.#connect(entry);
      if (client === undefined) continue;
      entry.busy.add(client);
      return { client, entry };
    }
    throw new QueryError(503, "database_unavailable", "The project's connections were closed.");
  }

  /** A connection of the pool; undefined when the pool was closed first. */
  async #connect(entry: TenantPool): Promise<pg.PoolClient | undefined> {
    const left = Promise.withResolvers<undefined>();
    const leave = () => left.resolve(undefined);
    entry.waiting.add(leave);
    const connecting = entry.pool.connect();
    try {
      const client = await Promise.race([connecting, left.promise]);
      if (!entry.closed) return client;
      // It may still come, and a pool ends only with its last connection.
      connecting.then(
        (late) => late.release(true),
        () => undefined,
      );
      return undefined;
    } catch (cause) {
      if (entry.closed) return undefined;
      if (isLoginRefused(cause)) {
        throw new QueryError(
          409,
          "login_refused",
          "The project's own login does not take the password the platform has.",
          {
            hint: "It was changed by SQL, or the login may not log in any more.",
          },
        );
      }
      throw new QueryError(503, "database_unavailable", "The project's database can't be reached.", { cause });
    } finally {
      entry.waiting.delete(leave);
    }
  }
}

/** @throws QueryError 501 for a dedicated project */
function loginOf({ config, secrets }: Tenant): Login {
  const { target } = config;
  const password = secrets.passwords?.owner;
  if (target.plan !== "shared" || password === undefined) {
    throw new QueryError(501, "not_a_shared_project", "Queries to dedicated projects do not go through this service.");
  }
  return { host: target.host, port: target.port, database: target.database, password };
}

/** Wrong password, or no right to log in: what a tenant did to its own login, not a fault of the database. */
const LOGIN_REFUSED = new Set(["28P01", "28000"]);
const isLoginRefused = (cause: unknown) => cause instanceof pg.DatabaseError && LOGIN_REFUSED.has(cause.code ?? "");

/** Takes back whatever a query left on its connection: an open transaction, settings, a role, temporary tables. */
async function reset(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query("rollback");
    await client.query("discard all");
    return true;
  } catch {
    return false;
  }
}
