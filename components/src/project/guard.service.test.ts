import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { withSession } from "../provider/postgres.ts";
import { attacker, cluster, clusterUnderAttack, victim } from "../testing/underAttack.ts";

/** What the guard library of image `postgres` keeps a tenant from, beside changing shared roles. */

clusterUnderAttack();

const LOGINS = ["owner", "authenticator", "authAdmin", "storageAdmin"] as const;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

describe("7: memory that a tenant's settings ask for", () => {
  /** What a setting is worth after a tenant did something about it. */
  async function valueAfter(name: string, sql: string, options = ""): Promise<string> {
    const session = await attacker.as("owner", undefined, options);
    try {
      await session.query(sql);
      const { rows } = await session.query<{ value: string }>(`select current_setting('${name}') as value`);
      return rows[0]?.value ?? "";
    } finally {
      await session.end();
    }
  }

  it.each([
    ["work_mem", "100GB", "64MB"],
    ["maintenance_work_mem", "100GB", "256MB"],
    ["temp_buffers", "1GB", "64MB"],
    ["hash_mem_multiplier", "1000", "2"],
    ["max_parallel_workers", "64", "2"],
  ])("%s stops at the platform's limit, however it is set", async (name, wanted, limit) => {
    expect(await valueAfter(name, `set ${name} = '${wanted}'`)).toBe(limit);
    expect(await valueAfter(name, `select set_config('${name}', '${wanted}', false)`)).toBe(limit);
    expect(await valueAfter(name, `do $$ begin set ${name} = '${wanted}'; end $$`)).toBe(limit);
    expect(await valueAfter(name, "select 1", `-c ${name}=${wanted}`)).toBe(limit);
    expect(await valueAfter(name, `set role authenticated; set ${name} = '${wanted}'`)).toBe(limit);
    await valueAfter(name, `alter role current_user set ${name} = '${wanted}'`);
    expect(await valueAfter(name, "select 1")).toBe(limit);
    await valueAfter(name, `alter role current_user reset ${name}`);
  });

  it("a function's own setting stops there too", async () => {
    const session = await attacker.as("owner");
    await session.query(
      `create function public.greedy() returns text language sql set work_mem = '100GB' as $$ select current_setting('work_mem') $$`,
    );
    expect((await session.query("select public.greedy()")).rows).toEqual([{ greedy: "64MB" }]);
    await session.end();
  });

  it("the tenant is told, and smaller values are its own", async () => {
    const session = await attacker.as("owner");
    const told: string[] = [];
    session.on("notice", (notice) => told.push(notice.message ?? ""));
    await session.query("set work_mem = '1GB'");
    expect(told).toEqual(['"work_mem" is set to the most this server allows']);
    await session.query("set work_mem = '8MB'");
    expect((await session.query("show work_mem")).rows).toEqual([{ work_mem: "8MB" }]);
    await session.end();
  });

  it("the platform is not limited, and a tenant can't lift a limit", async () => {
    const rows = await withSession(cluster.access, "postgres", async (session) => {
      await session.query("set work_mem = '1GB'");
      return (await session.query("show work_mem")).rows;
    });
    expect(rows).toEqual([{ work_mem: "1GB" }]);
    for (const name of ["limit_work_mem", "session_memory", "tenant_logins", "paused", "over_quota"]) {
      const session = await attacker.as("owner");
      expect(["42501", "55P02"], name).toContain(await codeOf(session.query(`set supalove_guard.${name} = '1'`)));
      expect(["42501", "55P02"], name).toContain(
        await codeOf(session.query(`alter role current_user set supalove_guard.${name} = '1'`)),
      );
      await session.end();
    }
  });

  it.each(LOGINS)("one statement of %s that takes all it can get fails alone", async (login) => {
    const bystander = await victim.as("owner");
    const hog = await attacker.as(login);
    const greed = hog.query(
      "select count(*) from (select array_agg(repeat('x', 1000000) || n) as a from generate_series(1, 3000) n) t where cardinality(a) > 0",
    );
    expect(await codeOf(greed)).toBe("53200");
    // Its own session goes on as well: nothing was ended.
    expect((await hog.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    expect((await bystander.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await hog.end();
    await bystander.end();
  });
});

describe("passwords of logins", () => {
  it.each([
    "alter role current_user password 'mine'",
    "alter role session_user encrypted password 'mine'",
    "alter user ME password 'mine'",
    "alter role ME password null",
    "do $$ begin execute 'alter role ' || session_user || ' pass' || 'word ''mine'''; end $$",
    "set role AUTH; alter role session_user password 'mine'",
  ])("a tenant can't change the one that the platform logs in with: %s", async (template) => {
    const session = await attacker.as("owner");
    const sql = template.replaceAll("ME", attacker.names.owner).replaceAll("AUTH", attacker.names.authAdmin);
    await expect(session.query(sql)).rejects.toMatchObject({
      code: "42501",
      message: expect.stringMatching(/kept by the platform|is reserved/),
    });
    await session.end();
    await (await attacker.as("owner")).end();
  });
});

describe("the server's log", () => {
  const secret = (n: number) => `SEKRET${String(n).padStart(2, "0")}`;
  const statements = [
    // No right, syntax errors, inside DO and functions.
    `alter role supabase_admin password '${secret(1)}'`,
    `alter role nobody_here passwrd '${secret(2)}' password '${secret(3)}'`,
    `alter role anon password ${secret(4)}`,
    `do $$ begin execute 'alter role supabase_admin password ''${secret(5)}'''; end $$`,
    `do $$ begin execute 'alter role supabase_admin pass' || 'word ''${secret(6)}'''; end $$`,
    `create function public.f7() returns void language plpgsql as $$ begin alter role anon password '${secret(7)}'; end $$`,
    "select public.f7()",
    `create user mapping for x server y options (password '${secret(8)}')`,
    `select pg_sleep(0); alter role anon encrypted PASSWORD '${secret(9)}'`,
    `alter role current_user password '${secret(10)}'`,
    `create role r login password '${secret(11)}'`,
    // Rows and values.
    "create table public.q (word text primary key check (length(word) < 20), n int)",
    `insert into public.q values ('${secret(12)} and much more')`,
    `insert into public.q values ('${secret(13)}'), ('${secret(13)}')`,
    `select '${secret(14)}'::int`,
    `select ${secret(15)} from public.q`,
    `select json_build_object() ->> '${secret(16)}', '{${secret(16)}'::json`,
    // Texts of its own.
    ...["debug", "log", "info", "notice", "warning", "exception"].map(
      (level, index) => `do $$ begin raise ${level} '${secret(17 + index)}'; end $$`,
    ),
    `do $$ begin raise exception '${secret(23)}' using errcode = 'disk_full'; end $$`,
    `do $$ begin raise exception '${secret(24)}' using errcode = '58000', detail = '${secret(24)}'; end $$`,
    `set client_min_messages = debug5; do $$ begin raise log '${secret(25)}'; end $$`,
    `set application_name = '${secret(26)}'; select 1/0`,
  ];

  it("holds no password and nothing of a tenant's rows or texts", async () => {
    for (const login of ["owner", "authAdmin"] as const) {
      const session = await attacker.as(login);
      for (const sql of statements) await session.query(sql).catch(() => undefined);
      // Bound values, and a parse error with a value.
      await session.query("select $1::int", [secret(27)]).catch(() => undefined);
      await session.query("set force_parallel_mode = on").catch(() => undefined);
      await session.query(`select ('${secret(28)}' || relname)::int from pg_class`).catch(() => undefined);
      await session.end();
    }
    // Passwords stay out whoever errs.
    await withSession(cluster.access, "postgres", async (session) => {
      for (const sql of statements.slice(1, 3)) await session.query(sql).catch(() => undefined);
    });
    const { all } = await execa("docker", ["logs", cluster.container], { all: true });
    expect(all).toContain("ready to accept connections");
    expect(all.split("\n").filter((line) => /sekret/i.test(line))).toEqual([]);
  });

  it("still tells of the server's own troubles and of refused logins", async () => {
    const session = await attacker.as("owner");
    await session.query("select repeat('x', 900000000) || repeat('y', 900000000)").catch(() => undefined);
    await session
      .query("select array_agg(repeat('x', 1000000) || n) from generate_series(1, 3000) n")
      .catch(() => undefined);
    await session.end();
    expect(await codeOf(attacker.as("owner", "postgres"))).toBe("28000");
    // What the server prints comes to Docker's log a moment later.
    const log = async () => (await execa("docker", ["logs", cluster.container], { all: true })).all;
    await expect.poll(log, { timeout: 10_000 }).toContain("ERROR:  out of memory");
    await expect.poll(log, { timeout: 10_000 }).toContain("rejects connection for host");
  });
});

describe("a paused database", () => {
  it("lets no login of its tenant in, the platform alone, until it is resumed", async () => {
    const database = victim.names.database;
    await withSession(cluster.access, "postgres", (session) =>
      session.query(`alter database ${database} set supalove_guard.paused = on`),
    );
    for (const login of LOGINS) {
      await expect(victim.as(login)).rejects.toMatchObject({ code: "57P03", message: "the project is paused" });
      for (const options of ["-c supalove_guard.paused=off", "-c role=anon"]) {
        expect(["57P03", "42501"]).toContain(await codeOf(victim.as(login, undefined, options)));
      }
    }
    await withSession(cluster.access, database, (session) => session.query("select 1"));
    await (await attacker.as("owner")).end();
    await withSession(cluster.access, "postgres", (session) =>
      session.query(`alter database ${database} reset supalove_guard.paused`),
    );
    for (const login of LOGINS) await (await victim.as(login)).end();
  });
});
