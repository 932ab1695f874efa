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

interface TenantPool {
  readonly tenant: Tenant;
  readonly pool: pg.Pool;
  readonly busy: Set<pg.PoolClient>;
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
    const entry = this.#poolOf(tenant);
    if (entry.pool.waitingCount >= MAX_WAITING_PER_TENANT) {
      throw new QueryError(429, "too_many_queries", "The project has too many queries waiting.", {
        hint: "Wait for the running ones to end.",
      });
    }
    const client = await this.#connect(entry);
    entry.busy.add(client);
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
    const ended = entry.pool.end();
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
    const known = this.#pools.get(tenant.ref);
    if (known?.tenant === tenant) return known;
    if (known) void this.closeTenant(tenant.ref, false);
    const { target } = tenant.config;
    const password = tenant.secrets.passwords?.owner;
    if (target.plan !== "shared" || password === undefined) {
      throw new QueryError(
        501,
        "not_a_shared_project",
        "Queries to dedicated projects do not go through this service.",
      );
    }
    const pool = new pg.Pool({
      host: target.host,
      port: target.port,
      database: target.database,
      user: tenantNames(tenant.ref).owner,
      password,
      application_name: "supalove query",
      max: CONNECTIONS_PER_TENANT,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: this.#caps.deadlineMs,
      keepAlive: true,
    });
    const entry = { tenant, pool, busy: new Set<pg.PoolClient>() };
    // A connection that breaks says so in the query that runs on it, or is just replaced.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    // A pool whose last connection idled out is forgotten.
    pool.on("remove", () => {
      if (pool.totalCount === 0 && this.#pools.get(tenant.ref) === entry) this.#pools.delete(tenant.ref);
    });
    this.#pools.set(tenant.ref, entry);
    return entry;
  }

  async #connect({ pool }: TenantPool): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (cause) {
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
    }
  }
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
