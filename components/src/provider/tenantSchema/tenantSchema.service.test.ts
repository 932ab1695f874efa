import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIGRATIONS, type Migration } from "../../tenantSql/index.ts";
import { createTenant, startTestCluster, type TestCluster, type TestTenant } from "../../testing/testCluster.ts";
import type { Properties } from "../handler.ts";
import { withSession } from "../postgres.ts";
import { NewerSchemaError } from "./applied.ts";
import { tenantSchemaHandler, tenantSchemaHandlerOf } from "./handler.ts";

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster?.stop());

/** As the superuser, in a tenant's database. */
const asPlatform = (tenant: TestTenant, sql: string) =>
  withSession(cluster.access, tenant.names.database, async (session) => (await session.query(sql)).rows);

const driftOf = async (tenant: TestTenant, handler = tenantSchemaHandler) =>
  (await handler.read(tenant.ref, tenant.schema))?.outputs["drift"];

/** The inputs of a tenant's resource as the engine hands them to an update. */
function inputsOf(tenant: TestTenant, change: Properties = {}, handler = tenantSchemaHandler): Properties {
  const { migrations: _migrations, drift: _drift, schemaVersion: _version, ...inputs } = tenant.schema;
  return handler.check({ ...inputs, ...change }).inputs;
}

const update = (tenant: TestTenant, change: Properties = {}, handler = tenantSchemaHandler) =>
  handler.update(tenant.ref, tenant.schema, inputsOf(tenant, change, handler));

describe("a tenant database that nobody touched", () => {
  it("shows no drift, and updating it changes nothing", async () => {
    const tenant = await createTenant(cluster.access);
    expect(await driftOf(tenant)).toEqual([]);
    expect(tenantSchemaHandler.diff(tenant.schema, inputsOf(tenant))).toEqual([]);
    expect(await update(tenant)).toEqual(tenant.schema);
    expect(await driftOf(tenant)).toEqual([]);
  });

  it("is no longer found once it is gone", async () => {
    const tenant = await createTenant(cluster.access);
    await tenantSchemaHandler.delete(tenant.ref, tenant.schema);
    await withSession(cluster.access, "postgres", (session) => session.query(`drop database ${tenant.names.database}`));
    expect(await tenantSchemaHandler.read(tenant.ref, tenant.schema)).toBeUndefined();
  });

  it("is created again over what a create that was cut off had finished", async () => {
    const tenant = await createTenant(cluster.access);
    const { outputs } = await tenantSchemaHandler.create(inputsOf(tenant));
    expect(outputs).toEqual(tenant.schema);
  });

  it("of another project is never taken over", async () => {
    const tenant = await createTenant(cluster.access);
    await asPlatform(tenant, "update supalove.tenant set ref = 'somebodyelse'");
    await expect(tenantSchemaHandler.create(inputsOf(tenant))).rejects.toThrow("belongs to another project");
  });
});

describe("drift", () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await createTenant(cluster.access, ["hstore"]);
  });

  // Each kind of fact: what somebody did by hand, and the sentence that a preview shows for it.
  const changes: readonly (readonly [string, (t: TestTenant) => string, (t: TestTenant) => string])[] = [
    [
      "a right too many",
      ({ names }) => `grant create on database ${names.database} to ${names.authenticator}`,
      ({ names }) => `rights of ${names.authenticator} on the database: CONNECT CREATE, should be CONNECT`,
    ],
    [
      "a right of somebody else",
      ({ names }) => `grant connect on database ${names.database} to anon`,
      () => "rights of anon on the database: CONNECT, should be none",
    ],
    [
      "a right of everybody",
      ({ names }) => `grant temporary on database ${names.database} to public`,
      () => "rights of everybody on the database: TEMPORARY, should be none",
    ],
    [
      "a right that is missing",
      ({ names }) => `revoke connect on database ${names.database} from ${names.authAdmin}`,
      ({ names }) => `rights of ${names.authAdmin} on the database: CREATE, should be CONNECT CREATE`,
    ],
    [
      "an owner of a schema",
      () => "alter schema auth owner to supabase_admin",
      ({ names }) => `owner of schema auth: supabase_admin, should be ${names.authAdmin}`,
    ],
    [
      "who may use the extensions",
      () => "revoke usage on schema extensions from public",
      () => "right to use schema extensions: not everybody, should be everybody",
    ],
    [
      "a setting of a role",
      ({ names }) => `alter role ${names.authenticator} in database ${names.database} set statement_timeout = '1h'`,
      ({ names }) => `setting statement_timeout of ${names.authenticator}: 1h, should be 8s`,
    ],
    [
      "a setting that is gone",
      ({ names }) => `alter role ${names.storageAdmin} in database ${names.database} reset search_path`,
      ({ names }) => `setting search_path of ${names.storageAdmin}: missing, should be storage`,
    ],
    [
      "an extension that is gone",
      () => "drop extension hstore",
      () => "extension hstore: missing, should be installed",
    ],
    [
      "a system catalog that is open",
      () => "grant select on pg_catalog.pg_locks to public",
      () => "hidden system catalogs that can be read: pg_locks, should be none",
    ],
    [
      "a system function that is open",
      () => "grant execute on function pg_catalog.pg_current_wal_insert_lsn() to public",
      () => "hidden system catalogs that can be read: pg_current_wal_insert_lsn, should be none",
    ],
    [
      "a database that a cut-off removal closed",
      ({ names }) => `alter database ${names.database} connection limit 0`,
      () => "connections to the database: refused, should be allowed",
    ],
    [
      "an owner of the platform's schema",
      ({ names }) => `alter schema supalove owner to ${names.owner}`,
      ({ names }) => `owner of schema supalove: ${names.owner}, should be supabase_admin`,
    ],
    [
      "a tenant that may plant objects for extensions",
      ({ names }) => `grant create on schema extensions to ${names.owner}`,
      ({ names }) => `right to create in schema extensions: ${names.owner}, should be nobody`,
    ],
    [
      "an event trigger that is off",
      () => "alter event trigger pgrst_ddl_watch disable",
      () => "event trigger pgrst_ddl_watch: disabled, should be enabled",
    ],
  ];

  it.each(changes)("%s is told, and the update takes it back", async (_title, change, sentence) => {
    await asPlatform(tenant, change(tenant));
    const known = await tenantSchemaHandler.read(tenant.ref, tenant.schema);
    expect(known?.outputs["drift"]).toEqual([sentence(tenant)]);
    expect(tenantSchemaHandler.diff(known?.outputs ?? {}, inputsOf(tenant))).toEqual([
      { path: "drift[0]", kind: "delete" },
    ]);
    expect((await update(tenant))["drift"]).toEqual([]);
    expect(await driftOf(tenant)).toEqual([]);
  });

  // What an update can't know how to mend: it says so and leaves it to a person.
  const stubborn: typeof changes = [
    [
      "an event trigger that is gone",
      () => "drop event trigger pgrst_ddl_watch",
      () => "event trigger pgrst_ddl_watch: missing, should be enabled",
    ],
    [
      "a migration whose text is another",
      () =>
        "update supalove.migrations set digest = 'x' where part = 'auth' and id = (select min(id) from supalove.migrations where part = 'auth')",
      () => `migration auth/${MIGRATIONS.find((m) => m.schema === "auth")?.id} ran with another text`,
    ],
  ];
  it.each(stubborn)("%s is told, and an update fails with the same sentence", async (_title, change, sentence) => {
    const own = await createTenant(cluster.access);
    await asPlatform(own, change(own));
    expect(await driftOf(own)).toEqual([sentence(own)]);
    await expect(update(own)).rejects.toThrow(sentence(own));
  });

  it("is told where a tenant owns its database, and the update takes it back", async () => {
    const { names } = tenant;
    await asPlatform(tenant, `alter database ${names.database} owner to ${names.owner}`);
    expect(await driftOf(tenant)).toContain(`owner of the database: ${names.owner}, should be supabase_admin`);
    expect((await update(tenant))["drift"]).toEqual([]);
  });

  it("of a database that is closed for its size is none, and it stays closed", async () => {
    const own = await createTenant(cluster.access);
    const { database } = own.names;
    await asPlatform(own, `alter database ${database} set supalove_guard.over_quota = on`);
    await asPlatform(own, `alter database ${database} connection limit 0`);
    expect((await update(own))["drift"]).toEqual([]);
    await expect(own.as("owner")).rejects.toMatchObject({ code: "53300" });
  });

  it("is not what a tenant sets for itself, nor what a pause sets", async () => {
    const owner = await tenant.as("owner");
    await owner.query("alter role current_user set statement_timeout = '5s'");
    await owner.query(`alter role current_user in database ${tenant.names.database} set work_mem = '8MB'`);
    await owner.query("create extension ltree");
    await owner.end();
    await asPlatform(tenant, `alter database ${tenant.names.database} set supalove_guard.paused = on`);
    expect(await driftOf(tenant)).toEqual([]);
    await asPlatform(tenant, `alter database ${tenant.names.database} reset supalove_guard.paused`);
  });
});

describe("a later version of the tenant schema", () => {
  const later: readonly Migration[] = [
    ...MIGRATIONS,
    { schema: "platform", id: "9001_note", sql: "create table supalove.note (by_whom text default current_user)" },
    {
      schema: "auth",
      id: "9001_note",
      sql: "create table auth.note as select session_user::text as login, current_user::text as role",
    },
    {
      schema: "storage",
      id: "9001_note",
      sql: "create table storage.note as select session_user::text as login, current_user::text as role",
    },
    {
      schema: "realtime",
      id: "9001_note",
      sql: "create table realtime.note as select session_user::text as login, current_user::text as role",
    },
  ];
  const newer = tenantSchemaHandlerOf(later);

  it("shows before it runs, runs as each part's own login, and is told apart from drift", async () => {
    const tenant = await createTenant(cluster.access);
    expect(newer.diff(tenant.schema, inputsOf(tenant, {}, newer))).toEqual([
      { path: "schemaVersion", kind: "update", replace: false },
    ]);
    expect(await driftOf(tenant, newer)).toEqual(
      ["platform", "auth", "storage", "realtime"].map((part) => `migration ${part}/9001_note has not run`),
    );
    const outputs = await update(tenant, {}, newer);
    expect(outputs["migrations"]).toEqual({
      platform: "9001_note",
      auth: "9001_note",
      storage: "9001_note",
      realtime: "9001_note",
    });
    const { names } = tenant;
    expect(
      await asPlatform(tenant, "table auth.note union all table storage.note union all table realtime.note"),
    ).toEqual([
      { login: names.authAdmin, role: names.authAdmin },
      { login: names.storageAdmin, role: names.storageAdmin },
      { login: names.owner, role: names.realtimeAdmin },
    ]);
    // The book holds the platform's word alone: no token is left that could be used again.
    expect(await asPlatform(tenant, "select count(*)::int as n from supalove.confirmations")).toEqual([{ n: 0 }]);
    expect(
      await asPlatform(tenant, "select part from supalove.migrations where applied_at is null or token is not null"),
    ).toEqual([]);
    expect(await newer.update(tenant.ref, outputs, inputsOf(tenant, {}, newer))).toEqual(outputs);
  });

  it("is refused by an older program, which says why", async () => {
    const tenant = await createTenant(cluster.access);
    await update(tenant, {}, newer);
    await expect(update(tenant)).rejects.toThrow(NewerSchemaError);
    await expect(update(tenant)).rejects.toThrow("run that version");
  });

  it("runs although the tenant made its own login slow and read-only", async () => {
    const tenant = await createTenant(cluster.access);
    const owner = await tenant.as("owner");
    await owner.query("alter role current_user set default_transaction_read_only = on");
    await owner.query("alter role current_user set statement_timeout = 1");
    await owner.query("alter role current_user set role = 'anon'").catch(() => undefined);
    await owner.end();
    expect((await update(tenant, {}, newer))["drift"]).toEqual([]);
  });

  it("whose migration fails leaves nothing of it, and runs the next time", async () => {
    const tenant = await createTenant(cluster.access);
    const broken = later.map((m) =>
      m.schema === "storage" && m.id === "9001_note" ? { ...m, sql: `${m.sql}; select 1/0` } : m,
    );
    await expect(update(tenant, {}, tenantSchemaHandlerOf(broken))).rejects.toThrow("division by zero");
    expect(
      await asPlatform(tenant, "select to_regclass('storage.note') as t, to_regclass('auth.note')::text as a"),
    ).toEqual([{ t: null, a: "auth.note" }]);
    // The token of the failed attempt, which the tenant's code could have seen, is worth nothing.
    expect(
      await asPlatform(tenant, "select from supalove.migrations where part = 'storage' and token is not null"),
    ).toEqual([]);
    expect((await update(tenant, {}, newer))["drift"]).toEqual([]);
    expect(await asPlatform(tenant, "select to_regclass('storage.note')::text as t")).toEqual([{ t: "storage.note" }]);
  });

  it("that was confirmed before the platform was cut off does not run twice", async () => {
    const tenant = await createTenant(cluster.access);
    await update(tenant, {}, newer);
    // As it is between the tenant's commit and the platform's own word.
    await asPlatform(
      tenant,
      `update supalove.migrations set applied_at = null, token = '00000000-0000-4000-8000-000000000001'
         where part = 'auth' and id = '9001_note';
       insert into supalove.confirmations values ('00000000-0000-4000-8000-000000000001')`,
    );
    expect(await driftOf(tenant, newer)).toEqual([]);
    expect((await update(tenant, {}, newer))["drift"]).toEqual([]);
  });

  it("can't be forged by any login of the tenant", async () => {
    const tenant = await createTenant(cluster.access);
    for (const login of ["owner", "authenticator", "authAdmin", "storageAdmin"] as const) {
      const session = await tenant.as(login);
      for (const part of ["platform", "auth", "storage", "realtime"]) {
        for (const sql of [
          `insert into supalove.migrations (part, id, digest, applied_at) values ('${part}', '9001_note', 'x', now())`,
          `insert into supalove.migrations (part, id, digest) values ('${part}', 'made_up', 'x')`,
          "update supalove.migrations set applied_at = now()",
          "delete from supalove.migrations",
          "select token from supalove.migrations",
          "select * from supalove.confirmations",
          "truncate supalove.confirmations",
          "drop table supalove.migrations",
        ]) {
          await expect(session.query(sql), `${login}: ${sql}`).rejects.toMatchObject({ code: "42501" });
        }
      }
      // Tokens may be left by those who own a part, and help nobody.
      await session
        .query("insert into supalove.confirmations select gen_random_uuid() from generate_series(1, 100)")
        .catch((error: unknown) => expect(error).toMatchObject({ code: "42501" }));
      await session.end();
    }
    expect(await driftOf(tenant, newer)).toHaveLength(4);
    expect((await update(tenant, {}, newer))["drift"]).toEqual([]);
    expect(await asPlatform(tenant, "select from supalove.confirmations")).toEqual([]);
  });
});

describe("extensions of a database that has a tenant", () => {
  it("are added, and stay when they are no longer wished for", async () => {
    const tenant = await createTenant(cluster.access);
    expect((await update(tenant, { extensions: ["earthdistance"] }))["drift"]).toEqual([]);
    expect(
      await asPlatform(
        tenant,
        "select e.extname, n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname in ('cube', 'earthdistance') order by 1",
      ),
    ).toEqual([
      { extname: "cube", nspname: "extensions" },
      { extname: "earthdistance", nspname: "extensions" },
    ]);
    expect((await update(tenant, { extensions: [] }))["drift"]).toEqual([]);
  });

  it("15: are refused while one that they require lies where a tenant can plant what their scripts call", async () => {
    const tenant = await createTenant(cluster.access);
    const owner = await tenant.as("owner");
    await owner.query("create extension cube with schema public");
    // Better matches than cube's own: the script of earthdistance would take them.
    await owner
      .query(`create function public.cube_distance(public.cube, public.cube) returns float8 language plpgsql as
      $$ begin execute 'alter role ${tenant.names.owner} superuser'; return 0; end $$`)
      .catch(() => undefined);
    await owner.query(`create function public.cube_dim(text) returns int language plpgsql as
      $$ begin execute 'alter role ${tenant.names.owner} superuser'; return 3; end $$`);
    await expect(update(tenant, { extensions: ["earthdistance"] })).rejects.toThrow(
      'extension earthdistance needs extension cube, which lies in schema public: drop it there (drop extension "cube")',
    );
    expect(await asPlatform(tenant, "select from pg_extension where extname = 'earthdistance'")).toEqual([]);
    expect(await asPlatform(tenant, `select rolsuper from pg_roles where rolname = '${tenant.names.owner}'`)).toEqual([
      { rolsuper: false },
    ]);
    await owner.query("drop extension cube cascade");
    await owner.end();
    // The same with objects in the schema itself, should a right have let them in.
    await asPlatform(
      tenant,
      `create function extensions.planted() returns int language sql as 'select 1';
       alter function extensions.planted() owner to ${tenant.names.owner}`,
    );
    await expect(update(tenant, { extensions: ["earthdistance"] })).rejects.toThrow(
      "owns objects in schema extensions",
    );
    await asPlatform(tenant, "drop function extensions.planted()");
    expect((await update(tenant, { extensions: ["earthdistance"] }))["drift"]).toEqual([]);
  });
});
