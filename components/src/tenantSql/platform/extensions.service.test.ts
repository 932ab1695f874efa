import {
  adviceText,
  FORBIDDEN_EXTENSIONS,
  PLATFORM_EXTENSIONS,
  SHARED_EXTENSIONS,
  UNLISTED_ADVICE,
} from "@supalove/contracts/api/index.ts";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withSession } from "../../provider/postgres.ts";
import { createTenant, startTestCluster, type TestCluster, type TestTenant } from "../../testing/testCluster.ts";

let cluster: TestCluster;
let tenant: TestTenant;
let owner: pg.Client;
let held: ReadonlySet<string>;

beforeAll(async () => {
  cluster = await startTestCluster();
  held = await withSession(cluster.access, "postgres", async (session) => {
    const { rows } = await session.query<{ name: string }>("select name from pg_available_extensions");
    return new Set(rows.map(({ name }) => name));
  });
  tenant = await createTenant(cluster.access);
  owner = await tenant.as("owner");
});
afterAll(async () => {
  await owner?.end();
  await cluster?.stop();
});

describe("what a database says to CREATE EXTENSION", () => {
  it.each(Object.entries(FORBIDDEN_EXTENSIONS))("%s: what the API says", async (name, advice) => {
    await expect(owner.query(`create extension if not exists "${name}" cascade`)).rejects.toMatchObject({
      code: "0A000",
      message: `extension "${name}" is not available on the shared plan`,
      hint: adviceText(advice),
    });
  });

  it("names the way to what the platform installs", async () => {
    for (const name of PLATFORM_EXTENSIONS) {
      if (!held.has(name) || ["vector", "pgjwt"].includes(name)) continue;
      await expect(owner.query(`create extension "${name}"`), name).rejects.toMatchObject({
        code: "42501",
        hint: `Add it to the project's extensions: PATCH /v1/projects/<ref> {"extensions": ["${name}"]}.`,
      });
    }
  });

  it("promises nothing for what nobody looked at, nor for what is not there", async () => {
    await expect(owner.query("create extension amcheck")).rejects.toMatchObject({
      code: "42501",
      hint: UNLISTED_ADVICE,
    });
    await expect(owner.query("create extension no_such_thing")).rejects.toMatchObject({
      code: "0A000",
      message: 'extension "no_such_thing" is not available',
    });
  });

  it("lets everybody create what Postgres trusts, and all of that is offered", async () => {
    const { rows } = await owner.query<{ name: string }>(
      "select distinct name from pg_available_extension_versions where trusted and name not like 'pl%' order by name",
    );
    const trusted = rows.map(({ name }) => name);
    expect(trusted.filter((name) => !SHARED_EXTENSIONS.has(name) || PLATFORM_EXTENSIONS.has(name))).toEqual([]);
    for (const name of trusted) await owner.query(`create extension if not exists "${name}"`);
  });
});

describe("what the platform installs on wish", () => {
  it("lies in schema extensions, runs nothing with another's rights, and the project can use it", async () => {
    const wished = [...SHARED_EXTENSIONS].filter((name) => held.has(name));
    const rich = await createTenant(cluster.access, wished);
    const session = await rich.as("owner");
    const installed = await session.query<{ name: string; schema: string }>(
      `select e.extname as name, n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where e.extname <> 'plpgsql' order by 1`,
    );
    expect(installed.rows.map(({ name }) => name)).toEqual(wished.toSorted());
    expect(installed.rows.filter(({ schema }) => schema !== "extensions")).toEqual([]);
    // No function with its owner's rights, no shared object, no event trigger of an extension.
    const risky = await session.query(
      `select e.extname, p.proname from pg_extension e
         join pg_depend d on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
         join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
       where p.prosecdef or p.proname ~ '^(pg_read|pg_write|pg_ls|dblink|lo_import|lo_export)'
       union all
       select e.extname, 'event trigger' from pg_extension e
         join pg_depend d on d.refobjid = e.oid and d.refclassid = 'pg_extension'::regclass
         join pg_event_trigger t on d.classid = 'pg_event_trigger'::regclass and t.oid = d.objid`,
    );
    expect(risky.rows).toEqual([]);
    await session.query("create table public.t (id int primary key, n int)");
    const hypothetical = await session.query(
      "select indexname from hypopg_create_index('create index on public.t (n)')",
    );
    expect(hypothetical.rows).toHaveLength(1);
    await session.query(
      "create function public.wrong() returns int language plpgsql as $$ begin return (select nothing from public.t); end $$",
    );
    const faults = await session.query("select * from plpgsql_check_function('public.wrong()')");
    expect(JSON.stringify(faults.rows)).toContain("nothing");
    const taps = await session
      .query("begin; select plan(1)")
      .then(() => session.query("select ok(true, 'works') as line"));
    expect(taps.rows).toEqual([{ line: "ok 1 - works" }]);
    await session.query("rollback");
    // In the image only where the platform was told so.
    if (held.has("postgis")) {
      await session.query(
        "create table public.places (at geometry(point, 4326)); insert into public.places values (st_setsrid(st_point(1, 2), 4326)); analyze public.places",
      );
      expect(
        (await session.query("select st_astext(st_estimatedextent('public', 'places', 'at')) is not null as ok")).rows,
      ).toEqual([{ ok: true }]);
      const route = await session.query(
        "select edge from pgr_dijkstra('select 1 as id, 1 as source, 2 as target, 1.0 as cost', 1, 2, true)",
      );
      expect(route.rows).toEqual([{ edge: "1" }, { edge: "-1" }]);
    }
    await session.end();
  });
});
