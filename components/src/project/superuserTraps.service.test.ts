import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../provider/handler.ts";
import { withSession } from "../provider/postgres.ts";
import { tenantRolesHandler } from "../provider/tenantRoles/handler.ts";
import { roleLimits } from "../provider/tenantRoles/roleLimits.ts";
import { tenantSchemaHandler, tenantSchemaHandlerOf } from "../provider/tenantSchema/handler.ts";
import { MIGRATIONS, type Migration } from "../tenantSql/index.ts";
import { createTenant, startTestCluster, type TestCluster, type TestTenant } from "../testing/testCluster.ts";

/*
 * Hole 2: whatever a superuser session touches may run a tenant's code with a superuser's power. A tenant lays every
 * trap it can, then the platform does all it ever does in that database. Each trap that goes off writes down on whose
 * session, and tries to make its owner a superuser.
 */

let cluster: TestCluster;
let tenant: TestTenant;
let owner: pg.Client;

beforeAll(async () => {
  cluster = await startTestCluster();
  tenant = await createTenant(cluster.access);
  owner = await tenant.as("owner");
  await layTraps(owner);
});
afterAll(async () => {
  await owner?.end();
  await cluster?.stop();
});

const TRAPPED = ["supalove.migrations", "supalove.confirmations", "supalove.tenant"];

async function layTraps(session: pg.Client): Promise<void> {
  await session.query(`
    create table public.sprung (trap text, session_role text default session_user, power text default current_user);
    grant all on public.sprung to public;
    create function public.spring(trap text) returns boolean language plpgsql as $$
    begin
      insert into public.sprung (trap) values (trap);
      begin
        execute 'reset role'; execute 'reset session authorization';
        execute 'alter role ${tenant.names.owner} superuser';
        insert into public.sprung (trap) values (trap || ': superuser');
      exception when others then null;
      end;
      return true;
    end $$;
    grant execute on function public.spring(text) to public;
    create function public.spring_trigger() returns trigger language plpgsql as $$
    begin perform public.spring('trigger on ' || tg_relid::regclass); return null; end $$;

    -- Tables of the services, with triggers and policies that are always asked.
    create trigger sprung after insert or update or delete or truncate on auth.users
      for each statement execute function public.spring_trigger();
    create policy sprung on storage.objects using (public.spring('policy on storage.objects'));
    create policy sprung on storage.buckets using (public.spring('policy on storage.buckets'));

    -- Stand-ins for what the platform's statements call: functions, operators, casts, types, tables.
    create function public.current_setting(text, boolean) returns text language sql as
      $$ select public.spring('function current_setting')::text $$;
    create function public.pg_get_userbyid(oid) returns name language sql as
      $$ select public.spring('function pg_get_userbyid')::text::name $$;
    create function public.count(anyelement) returns bigint language sql as $$ select public.spring('count')::int::bigint $$;
    create function public.text_trap(text, text) returns boolean language sql as
      $$ select public.spring('operator = of text') $$;
    create operator public.= (leftarg = text, rightarg = text, function = public.text_trap);
    create operator public.|| (leftarg = text, rightarg = text, function = public.text_trap);
    create function public.name_trap(name, text) returns boolean language sql as
      $$ select public.spring('operator of name') $$;
    create operator public.= (leftarg = name, rightarg = text, function = public.name_trap);
    create operator public.~ (leftarg = name, rightarg = text, function = public.name_trap);
    create type public.pair as (a int);
    create function public.cast_trap(public.pair) returns text language sql as
      $$ select public.spring('cast')::text $$;
    create cast (public.pair as text) with function public.cast_trap(public.pair) as implicit;
    create view public.pg_database as select public.spring('view pg_database')::text as datname;
    create view public.pg_extension as select public.spring('view pg_extension')::text as extname;
    create view public.pg_namespace as select public.spring('view pg_namespace')::text as nspname;
    create view public.pg_stat_activity as select public.spring('view pg_stat_activity')::text as datname;
    create domain public.uuid_trap as text check (public.spring('domain'));

    -- What size, vacuum and analyze look at: an expression index and statistics on it.
    create table public.measured (n int);
    insert into public.measured select generate_series(1, 1000);
    create function public.index_trap(int) returns int immutable language plpgsql as
      $$ begin perform public.spring('expression index'); return $1; end $$;
    create index on public.measured (public.index_trap(n));
    create materialized view public.matter as select public.spring('materialized view') as sprung with no data;

    -- Settings of its own login, and the notifications that event triggers send.
    alter role current_user set search_path = public, pg_catalog;
  `);
  // Names in a database that every session of it would find first.
  for (const table of TRAPPED) {
    await expect(
      session.query(`create rule r as on insert to ${table} do also select public.spring('rule')`),
    ).rejects.toThrow();
    await expect(
      session.query(`create trigger t after insert on ${table} execute function public.spring_trigger()`),
    ).rejects.toThrow();
    await expect(session.query(`create policy p on ${table} using (public.spring('policy'))`)).rejects.toThrow();
    await expect(session.query(`create view public.v as table ${table}; table public.v`)).rejects.toThrow();
    await session.query("rollback");
  }
  await session.query("truncate public.sprung");
}

/** Traps that went off on a session of somebody else than the tenant, and roles that gained power. */
async function harm(): Promise<unknown[]> {
  const foreign = await owner.query(
    "select trap, session_role, power from public.sprung where session_role !~ $1 or power !~ $1 or trap ~ 'superuser'",
    [tenant.ref],
  );
  const powerful = await withSession(cluster.access, "postgres", (session) =>
    session.query(
      "select rolname from pg_roles where (rolsuper or rolcreaterole or rolcreatedb or rolreplication) and rolname <> 'supabase_admin'",
    ),
  );
  return [...foreign.rows, ...powerful.rows];
}

const wished = (change: Properties = {}): Properties => {
  const { migrations: _migrations, drift: _drift, schemaVersion: _version, ...inputs } = tenant.schema;
  return tenantSchemaHandler.check({ ...inputs, ...change }).inputs;
};

describe("2: a superuser session in a tenant's database", () => {
  it("the traps work where code runs with the tenant's own power", async () => {
    await owner.query("insert into public.sprung (trap) select 'x' where public.spring('by hand')");
    await owner.query("refresh materialized view public.matter");
    const { rows } = await owner.query<{ trap: string }>("select distinct trap from public.sprung order by trap");
    expect(rows.map(({ trap }) => trap)).toEqual(["by hand", "materialized view", "x"]);
    await owner.query("truncate public.sprung");
  });

  it("they would take a superuser who did not keep away from them", async () => {
    await withSession(cluster.access, tenant.names.database, (session) => session.query("delete from auth.users"));
    expect(await harm()).toContainEqual({ rolname: tenant.names.owner });
    await withSession(cluster.access, "postgres", (session) =>
      session.query(`alter role ${tenant.names.owner} nosuperuser`),
    );
    await owner.query("truncate public.sprung");
    expect(await harm()).toEqual([]);
  });

  it("reads the state of the database", async () => {
    expect((await tenantSchemaHandler.read(tenant.ref, tenant.schema))?.outputs["drift"]).toEqual([]);
    expect(await harm()).toEqual([]);
  });

  it("updates it: rights, owners, settings, catalogs, extensions", async () => {
    const outputs = await tenantSchemaHandler.update(
      tenant.ref,
      tenant.schema,
      wished({ extensions: ["hstore", "earthdistance"] }),
    );
    expect(outputs["drift"]).toEqual([]);
    expect(await harm()).toEqual([]);
  });

  it("runs migrations that touch the tenant's objects on the tenant's own session", async () => {
    const later: readonly Migration[] = [
      ...MIGRATIONS,
      {
        schema: "platform",
        id: "9001",
        sql: "create function extensions.later() returns int language sql as 'select 1'",
      },
      { schema: "auth", id: "9001", sql: "delete from auth.users" },
      {
        schema: "storage",
        id: "9001",
        sql: "alter table storage.objects force row level security; select count(*) from storage.objects",
      },
      { schema: "realtime", id: "9001", sql: "create table realtime.later (id int)" },
    ];
    const handler = tenantSchemaHandlerOf(later);
    const { extensions: _extensions, ...rest } = wished();
    await handler.update(
      tenant.ref,
      tenant.schema,
      handler.check({ ...rest, extensions: ["hstore", "earthdistance"] }).inputs,
    );
    // The trigger did go off, on the login of that part, and could do nothing more than that login.
    const { rows } = await owner.query(
      "select trap, session_role, power from public.sprung where trap like 'trigger%'",
    );
    expect(rows).toEqual([
      { trap: "trigger on auth.users", session_role: tenant.names.authAdmin, power: tenant.names.authAdmin },
    ]);
    expect(await harm()).toEqual([]);
  });

  it("changes roles and passwords", async () => {
    const { ref, passwords } = tenant;
    const roles = { cluster: cluster.access, ref, passwords, limits: roleLimits("small") };
    await tenantRolesHandler.update(ref, { ...roles, drift: [] }, roles);
    expect((await tenantRolesHandler.read(ref, { ...roles, drift: [] }))?.outputs["drift"]).toEqual([]);
    expect(await harm()).toEqual([]);
  });

  it("measures its size, vacuums and analyzes it", async () => {
    await withSession(cluster.access, "postgres", (session) =>
      session.query("select pg_database_size(oid) from pg_database where datname ~ '^db_[a-z]{20}$'"),
    );
    await owner.query("insert into public.measured select generate_series(1, 1000)");
    await owner.query("truncate public.sprung");
    await withSession(cluster.access, tenant.names.database, async (session) => {
      await session.query("vacuum (analyze) public.measured");
      await session.query("reindex table public.measured");
    });
    const { rows } = await owner.query<{ trap: string; power: string }>(
      "select distinct trap, power from public.sprung",
    );
    // Postgres itself drops to the table's owner there; what the trap then may do is the owner's.
    expect(rows.filter(({ power }) => power !== tenant.names.owner)).toEqual([]);
    const { rows: powerful } = await owner.query(
      "select rolname from pg_roles where rolsuper and rolname <> 'supabase_admin'",
    );
    expect(powerful).toEqual([]);
    await owner.query("truncate public.sprung");
  });

  it("is brought up again over a create that was cut off, and removed", async () => {
    await tenantSchemaHandler.create(wished({ extensions: ["hstore", "earthdistance"] })).catch((error: unknown) =>
      // The later migrations of the test before are ahead of this program.
      expect(String(error)).toContain("newer version"),
    );
    expect(await harm()).toEqual([]);
    await owner.query("alter role current_user reset all");
    await tenantSchemaHandler.delete(tenant.ref, tenant.schema);
    await withSession(cluster.access, "postgres", async (session) => {
      const { rows } = await session.query(
        "select rolname from pg_roles where rolsuper and rolname <> 'supabase_admin'",
      );
      expect(rows).toEqual([]);
      await session.query(`drop database ${tenant.names.database}`);
    });
  });
});
