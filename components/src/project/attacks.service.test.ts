import pg from "pg";
import { describe, expect, it } from "vitest";
import { withSession } from "../provider/postgres.ts";
import type { TenantPasswords } from "../provider/tenantRoles/passwords.ts";
import { attacker, cluster, clusterUnderAttack, victim } from "../testing/underAttack.ts";

/*
 * Attacks of one tenant on another, on the platform and on the cluster. The numbers are those of the table of known
 * holes in a shared cluster; each attack must fail, or do no harm to the other tenant.
 */

clusterUnderAttack();

const LOGINS = ["owner", "authenticator", "authAdmin", "storageAdmin"] as const;
const DENIED = "42501";

/** SQLSTATE that a statement of the attacker ends with; undefined when it succeeded. What it did is rolled back. */
async function attack(login: keyof TenantPasswords, sql: string): Promise<string | undefined> {
  const session = await attacker.as(login);
  try {
    await session.query(`begin; ${sql}; rollback`);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await session.end();
  }
}

/** The same outside a transaction, for commands that refuse to be in one. */
async function plainAttack(login: keyof TenantPasswords, sql: string): Promise<string | undefined> {
  const session = await attacker.as(login);
  try {
    await session.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await session.end();
  }
}

describe("connecting elsewhere", () => {
  it.each(LOGINS)("%s of one tenant enters no other database", async (login) => {
    for (const database of [victim.names.database, "postgres", "template1"]) {
      await expect(attacker.as(login, database)).rejects.toMatchObject({ code: "28000" });
    }
  });

  it("the HBA barrier holds where CONNECT was granted to everybody by mistake", async () => {
    await withSession(cluster.access, "postgres", (session) =>
      session.query(`grant connect on database ${victim.names.database} to public`),
    );
    for (const login of LOGINS) {
      await expect(attacker.as(login, victim.names.database)).rejects.toMatchObject({ code: "28000" });
    }
    await withSession(cluster.access, "postgres", (session) =>
      session.query(`revoke connect on database ${victim.names.database} from public`),
    );
  });

  it("the CONNECT right holds behind it", async () => {
    const rows = await withSession(cluster.access, "postgres", (session) =>
      session.query(
        "select rolname from pg_roles where rolname = any($1) and has_database_privilege(rolname, $2, 'CONNECT')",
        [LOGINS.map((login) => attacker.names[login]), victim.names.database],
      ),
    );
    expect(rows.rows).toEqual([]);
  });

  it("no tenant gets a replication connection", async () => {
    const session = new pg.Client({
      host: cluster.access.host,
      port: cluster.access.port,
      user: attacker.names.owner,
      password: attacker.passwords.owner,
      database: attacker.names.database,
      ...{ replication: "database" },
    });
    await expect(session.connect()).rejects.toBeInstanceOf(Error);
  });
});

describe("roles", () => {
  it.each([
    ["1: a shared role's settings", "set role anon; alter role anon set statement_timeout = 50"],
    ["1: the same, without SET ROLE", "alter role anon set statement_timeout = 50"],
    ["1: in the other tenant's database", "alter role anon in database VICTIM_DB set statement_timeout = 50"],
    ["1: a shared role's password", "set role service_role; alter role service_role password 'x'"],
    ["1: in a DO block", "do $$ begin set role anon; alter role anon set work_mem = '1GB'; end $$"],
    ["1: by RESET", "set role authenticated; alter role authenticated reset all"],
    ["1: its own service's role", "set role AUTH_ADMIN; alter role AUTH_ADMIN password 'x'"],
    ["3: making roles", "create role intruder login"],
    ["3: the other tenant's password", "alter role VICTIM_OWNER password 'x'"],
    ["3: a predefined role", "grant pg_read_all_data to ME"],
    ["3: the other tenant's role", "grant VICTIM_OWNER to ME"],
    ["3: a shared role to somebody", "grant service_role to VICTIM_AUTH"],
    ["becoming the other tenant", "set role VICTIM_OWNER"],
    ["becoming the other tenant's session", "set session authorization VICTIM_OWNER"],
    ["becoming the superuser", "set role supabase_admin"],
    ["its own connection limit", "alter role ME connection limit -1"],
    ["14: replication for itself", "alter role ME replication"],
    ["superuser for itself", "alter role ME superuser"],
    ["dropping the other tenant", "drop role VICTIM_OWNER"],
    ["renaming itself over a victim", "alter role ME rename to db_intruder"],
    ["13: dropping what a shared role owns", "drop owned by anon"],
    ["13: reassigning what a shared role owns", "reassign owned by anon to ME"],
    [
      "15: planting objects for extension scripts",
      "create function extensions.planted() returns int language sql as 'select 1'",
    ],
    ["event triggers", "create event trigger spy on ddl_command_end execute function extensions.pgrst_ddl_watch()"],
    [
      "replacing the platform's event trigger function",
      "create or replace function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as 'begin end'",
    ],
    ["the platform's book", "update supalove.migrations set digest = 'x'"],
    [
      "a line in the platform's book",
      "insert into supalove.migrations (part, id, digest) values ('platform', '0002', 'x')",
    ],
    ["whose database it is", "update supalove.tenant set ref = 'x'"],
  ])("%s", async (_title, template) => {
    const sql = template
      .replaceAll("VICTIM_DB", victim.names.database)
      .replaceAll("VICTIM_OWNER", victim.names.owner)
      .replaceAll("VICTIM_AUTH", victim.names.authenticator)
      .replaceAll("AUTH_ADMIN", attacker.names.authAdmin)
      .replaceAll("ME", attacker.names.owner);
    expect(await attack("owner", sql)).toBe(DENIED);
  });
});

describe("the database and the server", () => {
  it.each([
    ["4: settings of its database", "alter database MY_DB set search_path = 'x'"],
    [
      "4: opening its database",
      "grant connect on database MY_DB to public; select 1/(has_database_privilege('VICTIM_OWNER', 'MY_DB', 'CONNECT'))::int",
    ],
    ["the other tenant's database", "alter database VICTIM_DB set search_path = 'x'"],
    ["files", "copy (select 1) to '/tmp/x'"],
    ["programs", "copy (select 1) to program 'id'"],
    ["reading files", "select pg_read_file('/etc/passwd')"],
    ["listing files", "select pg_ls_dir('/')"],
    ["large objects from files", "select lo_import('/etc/passwd')"],
    ["code in C", "create function evil() returns int language c as '/x', 'y'"],
    ["loading libraries", "load 'auto_explain'"],
    ["foreign servers", "create foreign data wrapper w"],
    ["14: replication slots", "select pg_create_logical_replication_slot('s', 'pgoutput')"],
    ["all tables' changes", "create publication p for all tables"],
    ["password hashes", "select * from pg_authid"],
    ["the temporary file limit", "set temp_file_limit = -1"],
    ["the superuser's log settings", "set log_statement = 'all'"],
    ["5: settings of others", "select * from pg_db_role_setting"],
    ["8: sessions", "select * from pg_stat_activity"],
    ["8: sessions by function", "select * from pg_stat_get_activity(null)"],
    ["8: locks", "select * from pg_locks"],
    ["8: databases' figures", "select * from pg_stat_database"],
    ["8: comments on shared objects", "select * from pg_shdescription"],
    ["8: slots", "select * from pg_replication_slots"],
    ["8: WAL position", "select pg_current_wal_lsn()"],
    ["8: WAL position of inserts", "select pg_current_wal_insert_lsn()"],
    ["8: WAL position on disk", "select pg_current_wal_flush_lsn()"],
    ["8: WAL figures", "select * from pg_stat_wal"],
    ["8: WAL figures by function", "select * from pg_stat_get_wal()"],
    ["12: the notification queue", "select pg_notification_queue_usage()"],
  ])("%s", async (_title, template) => {
    const sql = template
      .replaceAll("VICTIM_DB", victim.names.database)
      .replaceAll("VICTIM_OWNER", victim.names.owner)
      .replaceAll("MY_DB", attacker.names.database);
    const code = await attack("owner", sql);
    // A GRANT of a right that one does not hold only warns; the division after it then fails.
    expect([DENIED, "22012"]).toContain(code);
  });

  it.each(["alter system set work_mem = '1GB'", "create database intruder", "create tablespace t location '/tmp'"])(
    "%s",
    async (sql) => {
      expect(await plainAttack("owner", sql)).toBe(DENIED);
    },
  );

  it("11, 10: extensions that reach over databases", async () => {
    for (const name of ["dblink", "postgres_fdw", "file_fdw", "adminpack", "pg_stat_statements", "pg_cron"]) {
      expect([DENIED, "0A000"], name).toContain(await attack("owner", `create extension ${name}`));
    }
  });

  it("no tenant is a member of a role with power", async () => {
    const powerful = await withSession(cluster.access, "postgres", (session) =>
      session.query(
        `select m.rolname, g.rolname from pg_roles m, pg_roles g
         where m.rolname = any($1) and pg_has_role(m.oid, g.oid, 'MEMBER')
           and (g.rolsuper or g.rolcreaterole or g.rolcreatedb or g.rolreplication or g.rolname like 'pg\\_%'
             or g.rolname like 'supa%')`,
        [LOGINS.map((login) => attacker.names[login])],
      ),
    );
    expect(powerful.rows).toEqual([]);
  });
});

describe("6: the lock table", () => {
  /** Locks of the session kind outlive the statement that fails on the full table. */
  const FILL = "select count(pg_advisory_lock(i, PART)) from generate_series(1, 10000000) i";
  const ended = (session: pg.Client) => new Promise<void>((resolve) => session.once("end", () => resolve()));

  it("hogs that fill it are ended, and everybody else goes on", async () => {
    const other = await victim.as("owner");
    const hogs = await Promise.all([1, 2, 3].map(() => attacker.as("owner")));
    const gone = hogs.map(ended);
    const fills = hogs.map((hog, part) => hog.query(FILL.replace("PART", String(part))).catch(() => undefined));
    await other.query("create table public.still_works (id int); drop table public.still_works");
    await Promise.all([...fills, ...gone]);
    const fresh = await victim.as("owner");
    await fresh.query("select 1");
    await Promise.all([fresh.end(), other.end()]);
  });

  it("one that stays under the limit in each of many sessions is ended as well", async () => {
    const hogs = await Promise.all(Array.from({ length: 8 }, () => attacker.as("owner")));
    const gone = Promise.race(hogs.map(ended));
    await Promise.all(
      hogs.map((hog, part) =>
        hog.query(`select count(pg_advisory_lock(i, ${part})) from generate_series(1, 15000) i`).catch(() => undefined),
      ),
    );
    await gone;
    await Promise.all(hogs.map((hog) => hog.end().catch(() => undefined)));
  });

  it("a transaction that touches some thousand tables is left in peace", async () => {
    const session = await attacker.as("owner");
    await session.query("begin; select count(pg_advisory_xact_lock(n)) from generate_series(1, 9000) n");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await session.query("rollback");
    await session.end();
  });
});

describe("what the tenant can see of the platform's secrets", () => {
  it("5: settings that can be read hold no secret", async () => {
    const rows = await withSession(cluster.access, "postgres", (session) =>
      session.query<{ setting: string }>("select unnest(setconfig) as setting from pg_db_role_setting"),
    );
    const names = new Set(rows.rows.map(({ setting }) => setting.split("=")[0]));
    expect([...names].sort()).toEqual([
      "idle_in_transaction_session_timeout",
      "lock_timeout",
      "search_path",
      "statement_timeout",
    ]);
  });
});
