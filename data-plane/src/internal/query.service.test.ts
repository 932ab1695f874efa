import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { TEST_TOKEN } from "../testing/testGateway.ts";
import { startTestPlatform, type TestPlatform } from "../testing/testPlatform.ts";
import type { TestTenant } from "../testing/testTenants.ts";

let platform: TestPlatform;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  platform = await startTestPlatform();
  [tenant, other] = await Promise.all([platform.createTenant(), platform.createTenant()]);
});
afterAll(() => platform.stop());

async function call(path: string, body?: unknown, token = TEST_TOKEN, method = "POST") {
  const answer = await fetch(`${platform.gateway.internalUrl}/internal/v1/tenants/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const sql = (query: string, read_only = false) => call(`${tenant.ref}/query`, { query, read_only });
const backends = async (ref: string) => {
  const { rows } = await platform.control.query(
    "select count(*)::int as n from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
    [`db_${ref}`],
  );
  return rows[0].n as number;
};

describe("query", () => {
  it("answers with the rows of the last of several statements", async () => {
    const text =
      "create table q (id int primary key, at timestamptz); insert into q values (1, '2026-01-02 03:04:05+00'), (2, null); select id from q; select count(*) from q";
    expect(await sql(text)).toEqual({ status: 200, body: { rows: [{ count: 2 }], command: "SELECT", row_count: 1 } });
    expect((await sql("select 1; create table q2 ()")).body).toEqual({ rows: [], command: "CREATE", row_count: null });
    expect((await sql("insert into q values (3)")).body).toEqual({ rows: [], command: "INSERT", row_count: 1 });
    expect((await sql("insert into q values (4) returning id")).body).toMatchObject({ rows: [{ id: 4 }] });
    expect((await sql("  -- nothing")).body).toEqual({ rows: [], command: null, row_count: null });
  });

  it("gives values as JSON can carry them", async () => {
    const { body } = await sql(
      `select 9007199254740993::int8 as big, 7::int8 as small, '2026-01-02'::date as d, '2026-01-02 03:04:05'::timestamp as ts, 1.50::numeric as n,
        '{"a":[1]}'::jsonb as j, array[1,2] as ints, array['2026-01-02'::date] as dates, '\\x00ff'::bytea as b, null as nothing, 'ä😀' as t, '1 day'::interval as i, point(1,2) as p`,
    );
    expect(body["rows"]).toEqual([
      {
        big: "9007199254740993", small: 7, d: "2026-01-02", ts: "2026-01-02 03:04:05", n: "1.50", j: { a: [1] }, ints: [1, 2],
        dates: ["2026-01-02"], b: "\\x00ff", nothing: null, t: "ä😀", i: "1 day", p: "(1,2)",
      },
    ]); // biome-ignore format: values
  });

  it("is the tenant's own login, nobody more", async () => {
    expect((await sql("select current_user, session_user, current_database() as db")).body["rows"]).toEqual([
      { current_user: `postgres_${tenant.ref}`, session_user: `postgres_${tenant.ref}`, db: `db_${tenant.ref}` },
    ]);
    for (const text of [
      "create role x",
      "copy (select 1) to program 'id'",
      "select pg_read_file('/etc/passwd')",
      `set role postgres_${other.ref}`,
      "alter system set x.y = '1'",
      `drop database db_${other.ref}`,
    ]) {
      expect(await sql(text), text).toMatchObject({
        status: 400,
        body: { code: expect.stringMatching(/^[0-9A-Z]{5}$/) },
      });
    }
  });

  it("passes errors on as Postgres gives them", async () => {
    expect(await sql("select *\nfrom nowhere")).toEqual({
      status: 400,
      body: { code: "42P01", message: 'relation "nowhere" does not exist', detail: null, hint: null, position: 15 },
    });
    expect((await sql("insert into q values (1)")).body).toMatchObject({
      code: "23505",
      detail: "Key (id)=(1) already exists.",
    });
    expect((await sql("select selec")).body).toMatchObject({ code: "42703", position: 8 });
  });

  it("leaves nothing behind on its connections", async () => {
    await sql(
      "begin; create temp table leftover (); set search_path = pg_catalog; set statement_timeout = 0; set role none",
    );
    await sql("begin; insert into q values (77)");
    await sql("create function pg_temp.current_user() returns text language sql as $$ select 'evil' $$");
    for (let i = 0; i < 4; i++) {
      expect(
        (
          await sql(
            "select to_regclass('pg_temp.leftover') as t, current_setting('statement_timeout') as s, (select count(*) from q where id = 77) as n",
          )
        ).body["rows"],
      ).toEqual([{ t: null, s: "1min", n: 0 }]);
    }
  });

  it("lets read_only write nothing, whatever is tried", async () => {
    for (const text of [
      "insert into q values (50)",
      "commit; insert into q values (50)",
      "select 1; rollback; insert into q values (50)",
      "set transaction read write",
      "set session characteristics as transaction read write",
      "select set_config('transaction_read_only', 'off', false)",
      "with x as (insert into q values (50) returning 1) select * from x",
      "do $$ begin set transaction_read_only = off; insert into q values (50); end $$",
      "do $$ begin commit; insert into q values (50); end $$",
      "create table nope ()",
    ]) {
      await sql(text, true);
      expect((await sql("select count(*) from q where id = 50")).body["rows"], text).toEqual([{ count: 0 }]);
    }
    expect((await sql("select count(*) from q", true)).status).toBe(200);
    expect((await sql("insert into q values (51) returning id")).body["rows"]).toEqual([{ id: 51 }]);
  });

  it("refuses results above its caps and ends the query that makes them", async () => {
    for (const text of [
      "select generate_series(1, 100000000)",
      "select repeat('x', 1000000) from generate_series(1, 100000)",
    ]) {
      expect(await sql(text)).toMatchObject({
        status: 400,
        body: { code: "result_too_large", hint: expect.any(String) },
      });
    }
    const running = await platform.control.query(
      "select count(*)::int as n from pg_stat_activity where datname = $1 and state = 'active' and backend_type = 'client backend'",
      [`db_${tenant.ref}`],
    );
    expect(running.rows[0].n).toBe(0);
    expect((await sql("select 1 as one")).body["rows"]).toEqual([{ one: 1 }]);
  });

  it("refuses what is no query", async () => {
    expect(await call(`${tenant.ref}/query`, "{")).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(await call(`${tenant.ref}/query`, { query: "" })).toMatchObject({ status: 400 });
    expect(await call(`${tenant.ref}/query`, { query: 1 })).toMatchObject({ status: 400 });
    expect(await call(`${tenant.ref}/query`, { query: "select 1", more: 1 })).toMatchObject({ status: 400 });
    expect((await sql("copy q from stdin")).status).toBe(400);
    expect((await sql("select 'a\0b'")).status).toBe(400);
    expect((await sql("select 1 as one")).body["rows"]).toEqual([{ one: 1 }]);
  });
});

describe("a schema that was changed by a query", () => {
  it("is what REST works with from the next request on", async () => {
    const rest = (path: string, init: RequestInit = {}) =>
      fetch(`${platform.urlOf(tenant)}/rest/v1/${path}`, {
        ...init,
        headers: {
          apikey: tenant.secrets.serviceRoleKey,
          prefer: "return=representation",
          "content-type": "application/json",
        },
      });
    expect((await rest("")).status).toBe(200);
    for (let i = 0; i < 5; i++) {
      const text = `do $$ begin execute 'create table fresh${i} (id int); grant all on fresh${i} to service_role'; end $$;
        create function fresh_call${i}() returns int language sql as 'select ${i}'`;
      expect((await sql(text)).status).toBe(200);
      expect((await rest(`fresh${i}?columns=id`, { method: "POST", body: '{"id":1}' })).status).toBe(201);
      expect(await (await rest(`rpc/fresh_call${i}`, { method: "POST" })).json()).toBe(i);
    }
  });
});

describe("a login that its own project locked out", () => {
  it("is said to be so, and not that the project is paused; it works again once it may log in", async () => {
    // Everybody gets in without a password here; what a changed one answers is seen on a whole platform.
    const change = (word: string) => platform.control.query(`alter role postgres_${other.ref} ${word}`);
    const ask = () => call(`${other.ref}/query`, { query: "select 1 as one" });
    await call(`${other.ref}/release`, {});
    await change("nologin");
    expect(await ask()).toMatchObject({ status: 409, body: { code: "login_refused", hint: expect.any(String) } });
    await change("login");
    expect(await ask()).toMatchObject({ status: 200, body: { rows: [{ one: 1 }] } });
  });
});

describe("queries that wait for a connection while their project changes", () => {
  /** Takes all connections of a project and has one more query wait; `change` of its row is known when this resolves. */
  async function waitAround(change: (of: TestTenant) => TestTenant) {
    const of = await platform.createTenant();
    const ask = (query: string) => call(`${of.ref}/query`, { query });
    await sleepUntil("the project to be known", async () => (await ask("select 1")).status === 200);
    const running = [1, 2, 3].map(() => ask("select 'done' as it from pg_sleep(2)"));
    await sleepUntil("all connections to be taken", async () => (await backends(of.ref)) === 3);
    const waiting = ask("select 1 as one");
    // A round trip later it has come, too.
    await call(of.ref, undefined, TEST_TOKEN, "GET");
    await platform.setRow(change(of));
    const version = async () => (await call(of.ref, undefined, TEST_TOKEN, "GET")).body["version"];
    await sleepUntil("the new row to be known", async () => (await version()) === 2);
    const next = ask("select 2 as two");
    return { running: await Promise.all(running), waiting: await waiting, next: await next };
  }
  const answered = (row: Record<string, unknown>) => expect.objectContaining({ status: 200, body: rows(row) });
  const rows = (row: Record<string, unknown>) => expect.objectContaining({ rows: [row] });

  it("are answered when the way to the database is the same", async () => {
    const { running, waiting, next } = await waitAround((of) => ({
      ...of,
      config: { ...of.config, limits: { ...of.config.limits, concurrency: 7 } },
    }));
    expect(running).toEqual([1, 2, 3].map(() => answered({ it: "done" })));
    expect([waiting, next]).toEqual([answered({ one: 1 }), answered({ two: 2 })]);
  });

  it("are answered when the password is another one", async () => {
    const { running, waiting, next } = await waitAround((of) => ({
      ...of,
      secrets: { ...of.secrets, passwords: { owner: "another", authenticator: "another" } },
    }));
    expect(running).toEqual([1, 2, 3].map(() => answered({ it: "done" })));
    expect([waiting, next]).toEqual([answered({ one: 1 }), answered({ two: 2 })]);
  });
});

describe("access", () => {
  it("needs the data plane's token", async () => {
    for (const token of ["", "x", `${TEST_TOKEN}x`, tenant.secrets.serviceRoleKey]) {
      expect((await call(`${tenant.ref}/query`, { query: "select 1" }, token)).status).toBe(401);
      expect((await call(tenant.ref, undefined, token, "GET")).status).toBe(401);
    }
  });

  it("knows only refs and its own paths", async () => {
    expect((await call(`${"z".repeat(20)}/query`, { query: "select 1" })).status).toBe(404);
    for (const path of ["../x/query", "ABC/query", `${tenant.ref}/drop`, `${tenant.ref}/query/x`]) {
      expect((await call(path, { query: "select 1" })).status, path).toBe(404);
    }
    expect((await call(`${tenant.ref}/query`, undefined, TEST_TOKEN, "GET")).status).toBe(405);
  });
});

describe("going down", () => {
  it("shows what the gateway knows, and closes every connection when told", async () => {
    const doomed = await platform.createTenant();
    await call(`${doomed.ref}/query`, { query: "select 1" });
    expect(
      (await fetch(`${platform.urlOf(doomed)}/rest/v1/`, { headers: { apikey: doomed.secrets.anonKey } })).status,
    ).toBe(200);
    expect((await call(doomed.ref, undefined, TEST_TOKEN, "GET")).body).toEqual({
      ref: doomed.ref,
      status: "active",
      version: 1,
      rest: "running",
    });
    expect(await backends(doomed.ref)).toBeGreaterThan(0);
    const running = call(`${doomed.ref}/query`, { query: "select pg_sleep(30)" });
    await sleepUntil("the query to run", async () => (await backends(doomed.ref)) > 2);
    await platform.setRow(doomed, "going_down");
    const ms = await sleepUntil("all connections to be closed", async () => (await backends(doomed.ref)) === 0);
    expect(ms).toBeLessThan(2_000);
    expect((await running).status).toBe(503);
    expect(await call(`${doomed.ref}/query`, { query: "select 1" })).toMatchObject({
      status: 503,
      body: { code: "project_going_down" },
    });
    expect((await call(`${doomed.ref}/release`)).body).toEqual({ released: true });
    // What the control plane does next: nothing stands in the way.
    const admin = await platform.postgres.connect("postgres");
    await admin.query(`drop database db_${doomed.ref}`);
    await admin.end();
  });

  it("closes idle connections by itself", async () => {
    await call(`${other.ref}/query`, { query: "select 1" });
    await sleepUntil("the pool to be gone", async () => (await backends(other.ref)) === 0, 15_000);
  }, 20_000);
});
