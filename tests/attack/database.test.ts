import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createdTogether, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { connect, sqlState } from "../harness/cluster.ts";

const PASSWORD = "Mallory-Direct-1";

/** Mallory holds a project of the same cluster, its database password, and everything SQL allows her. */
describe("a tenant with direct SQL", () => {
  let victim: LiveProject;
  let attacker: LiveProject;
  let mallory: pg.Client;

  beforeAll(async () => {
    [victim, attacker] = await createdTogether([
      createProject("victim"),
      createProject("mallory", { db_pass: PASSWORD }),
    ]);
    await sql(victim.ref, "create table public.secrets (v text); insert into public.secrets values ('crown jewels')");
    await sql(victim.ref, "create table public.pulse (id int); grant select on public.pulse to anon");
    mallory = await connect(`postgres_${attacker.ref}`, PASSWORD, `db_${attacker.ref}`);
    // So that what is refused is the event trigger, not a function that does not exist.
    await mallory.query("create function public.f() returns event_trigger language plpgsql as 'begin end'");
  });
  afterAll(async () => {
    await mallory?.end();
    await Promise.all([victim, attacker].map((project) => project && deleteProject(project.ref)));
  });

  it.each(["postgres", "template1", "template0"])("can't connect to %s", async (database) => {
    const state = await sqlState(connect(`postgres_${attacker.ref}`, PASSWORD, database));
    expect(["28000", "42501", "55000"]).toContain(state);
  });

  it("can't connect to the victim's database, nor as the victim", async () => {
    expect(["28000", "42501"]).toContain(
      await sqlState(connect(`postgres_${attacker.ref}`, PASSWORD, `db_${victim.ref}`)),
    );
    expect(await sqlState(connect(`postgres_${victim.ref}`, PASSWORD, `db_${victim.ref}`))).toBe("28P01");
  });

  const DENIED = "42501";
  /** What it is, with what SQLSTATE it ends, and the statement. */
  const refused: readonly (readonly [string, string, (victim: string, own: string) => string])[] = [
    ["run a program", DENIED, () => "copy (select 1) to program 'id'"],
    ["write a server file", DENIED, () => "copy (select 1) to '/tmp/x'"],
    ["read a file by function", DENIED, () => "select pg_read_file('/etc/passwd')"],
    ["list a folder", DENIED, () => "select pg_ls_dir('.')"],
    ["import a large object from a file", DENIED, () => "select lo_import('/etc/passwd')"],
    ["load a library", DENIED, () => "load '/tmp/evil.so'"],
    ["write C functions", DENIED, () => "create function public.c() returns int as '/tmp/evil.so', 'f' language c"],
    ["install dblink", "0A000", () => "create extension dblink"],
    ["install postgres_fdw", "0A000", () => "create extension postgres_fdw"],
    ["install what nobody looked at", DENIED, () => "create extension amcheck"],
    ["make a foreign data wrapper", DENIED, () => "create foreign data wrapper evil"],
    ["make a role", DENIED, () => "create role evil superuser"],
    ["take the victim's role", DENIED, (v) => `set role postgres_${v}`],
    ["take the platform's role", DENIED, () => "set role supabase_admin"],
    ["become another session user", DENIED, (v) => `set session authorization postgres_${v}`],
    ["set the victim's password", DENIED, (v) => `alter role postgres_${v} password 'owned'`],
    ["set the password that the platform logs in with", DENIED, () => "alter role current_user password 'owned'"],
    ["lift its own connection limit", DENIED, (_, own) => `alter role postgres_${own} connection limit -1`],
    ["make itself superuser", DENIED, (_, own) => `alter role postgres_${own} superuser`],
    ["grant itself monitoring", DENIED, (_, own) => `grant pg_monitor to postgres_${own}`],
    ["grant itself all data", DENIED, (_, own) => `grant pg_read_all_data to postgres_${own}`],
    ["give a shared role away", DENIED, (_, own) => `grant service_role to postgres_${own}`],
    ["change its database", DENIED, (_, own) => `alter database db_${own} set search_path = evil`],
    ["open its database to all", DENIED, (_, own) => `alter database db_${own} connection limit -1`],
    ["drop the victim's database", DENIED, (v) => `drop database db_${v}`],
    ["make a database", DENIED, () => "create database evil"],
    ["change the server", DENIED, () => "alter system set fsync = off"],
    ["make a replication slot", DENIED, () => "select pg_create_logical_replication_slot('evil', 'pgoutput')"],
    ["publish all tables", DENIED, () => "create publication evil for all tables"],
    ["make an event trigger", DENIED, () => "create event trigger evil on ddl_command_end execute function public.f()"],
    ["read password hashes", DENIED, () => "select * from pg_authid"],
    ["read others' activity", DENIED, () => "select * from pg_stat_activity"],
    ["read everyone's settings", DENIED, () => "select * from pg_db_role_setting"],
    ["read everyone's locks", DENIED, () => "select * from pg_locks"],
    ["read where the log stands", DENIED, () => "select pg_current_wal_insert_lsn()"],
    ["read the access rules", DENIED, () => "select * from pg_hba_file_rules"],
    ["size the victim's database", DENIED, (v) => `select pg_database_size('db_${v}')`],
    ["put objects where extensions live", DENIED, () => "create table extensions.evil (id int)"],
    ["write the platform's history", DENIED, () => "insert into supalove.migrations values ('platform', 'x', 'x')"],
    [
      "preload a library for itself",
      DENIED,
      (_, own) => `alter role postgres_${own} set session_preload_libraries = 'evil'`,
    ],
  ];
  it.each(refused)("can't %s", async (_, code, statement) => {
    expect(await sqlState(mallory.query(statement(victim.ref, attacker.ref)))).toBe(code);
  });

  it("gets no more memory by asking for it, and takes nobody with it", async () => {
    await mallory.query("set work_mem = '100GB'");
    expect((await mallory.query("show work_mem")).rows).toEqual([{ work_mem: "64MB" }]);
    await mallory.query("reset work_mem");
    const hog = connect(`postgres_${attacker.ref}`, PASSWORD, `db_${attacker.ref}`).then((session) =>
      sqlState(session.query("select array_agg(repeat('x', 1000000) || n) from generate_series(1, 4000) n")).finally(
        () => session.end(),
      ),
    );
    expect(await hog).toBe("53200");
    expect((await client(victim).from("pulse").select("id")).error).toBeNull();
    // A server that the kernel had ended would have ended this session too.
    expect((await mallory.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  const settings: readonly (readonly [string, string])[] = [
    ["a time-out", "alter role anon set statement_timeout = '1ms'"],
    ["a time-out in the victim's database", "alter role anon in database VICTIM set statement_timeout = '1ms'"],
    ["a password", "alter role authenticated password 'owned'"],
    ["a role by its alias", "alter role current_user set statement_timeout = '1ms'"],
    ["a reset", "alter role service_role reset all"],
    ["the objects of a shared role", "drop owned by anon"],
  ];
  it.each(settings)("can't change %s of the roles all tenants share", async (_, statement) => {
    for (const role of ["anon", "authenticated", "service_role"]) {
      await mallory.query("reset role");
      const became = await sqlState(mallory.query(`set role ${role}`));
      const state = await sqlState(mallory.query(statement.replace("VICTIM", `db_${victim.ref}`)));
      await mallory.query("reset role");
      expect([became, state].some((s) => s === "42501")).toBe(true);
    }
    await mallory.query(
      `do $$ begin execute 'set role anon'; execute 'alter role anon set work_mem = ''64kB'''; exception when insufficient_privilege then null; end $$`,
    );
    await mallory.query("reset role");
    expect((await client(victim).from("pulse").select("id")).error).toBeNull();
  });

  it("starves nobody by filling the lock table", async () => {
    const hog = await connect(`postgres_${attacker.ref}`, PASSWORD, `db_${attacker.ref}`);
    const hogging = sqlState(hog.query("select pg_advisory_lock(i) from generate_series(1, 10000000) i"));
    const answers = await Promise.all(Array.from({ length: 20 }, () => client(victim).from("pulse").select("id")));
    expect(answers.filter((answer) => answer.error !== null)).toEqual([]);
    await hog.end().catch(() => {});
    expect(await hogging).toBeDefined();
  });

  it("is held to its connection limit, and the victim does not notice", async () => {
    const opened: pg.Client[] = [];
    let refusedWith: string | undefined;
    for (let i = 0; i < 200 && refusedWith === undefined; i++) {
      refusedWith = await sqlState(
        connect(`postgres_${attacker.ref}`, PASSWORD, `db_${attacker.ref}`).then((c) => opened.push(c)),
      );
    }
    expect(refusedWith).toBe("53300");
    expect((await client(victim).from("pulse").select("id")).error).toBeNull();
    await Promise.all(opened.map((c) => c.end()));
  });

  it("still can do what every app does", async () => {
    await mallory.query("create table public.mine (id int primary key)");
    await mallory.query("create extension if not exists pgcrypto");
    await mallory.query("create extension if not exists vector");
    await mallory.query("create policy p on public.mine for select to authenticated using (auth.uid() is not null)");
    await mallory.query("create index on public.mine (id)");
    expect((await mallory.query("select extensions.gen_random_uuid() is not null as ok")).rows).toEqual([{ ok: true }]);
  });
});
