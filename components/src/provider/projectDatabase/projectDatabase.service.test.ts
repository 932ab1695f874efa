import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectNetworkHandler } from "../projectNetwork/handler.ts";
import { projectDatabaseHandler } from "./handler.ts";

/* A dedicated project's network and database as the engine's own resources make them, on the real Docker engine. */

const endpoint = "unix:///var/run/docker.sock";
const id = `supalove-test-${randomBytes(4).toString("hex")}`;
const password = "of-the-superuser";
const network = { endpoint, name: id, labels: { "supalove.test": id } };
const passwords = { owner: "o-1", authenticator: "a-1", authAdmin: "aa-1", storageAdmin: "sa-1" };
const wished = { access: { endpoint, container: id, password }, extensions: ["hstore", "pg_cron"], passwords };
const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
const psql = (statement: string) =>
  docker("exec", id, "psql", "-v", "ON_ERROR_STOP=1", "-U", "supabase_admin", "-d", "postgres", "-Atc", statement);

beforeAll(async () => {
  await projectNetworkHandler.create(network);
  const run = ["run", "--detach", "--name", id, "--network", id, "--env", `POSTGRES_PASSWORD=${password}`];
  await docker(...run, "supalove/supabase-postgres:dev");
});
afterAll(async () => {
  await execa("docker", ["rm", "--force", "--volumes", id], { reject: false });
  await projectNetworkHandler.delete(id, network);
});

const drift = async (outputs: Readonly<Record<string, unknown>>) =>
  (await projectDatabaseHandler.read(id, outputs))?.outputs["drift"];

describe("a project's network", () => {
  it("leads nowhere, and the server has no address on it", async () => {
    const inspected = JSON.parse(await docker("network", "inspect", id)) as {
      readonly Internal: boolean;
      readonly Id: string;
    }[];
    expect(inspected[0]?.Internal).toBe(true);
    const bridge = `br-${inspected[0]?.Id.slice(0, 12)}`;
    expect((await execa("ip", ["-4", "-o", "addr", "show", bridge])).stdout).toBe("");
  });

  it("that an interrupted run left is taken, and one that is gone is told", async () => {
    const again = await projectNetworkHandler.create(network);
    expect((await projectNetworkHandler.read(again.id, again.outputs))?.outputs["drift"]).toEqual([]);
    const gone = { ...again.outputs, name: `${id}-gone` };
    expect(await projectNetworkHandler.read("x", gone)).toBeUndefined();
    await projectNetworkHandler.delete("x", gone);
  });

  it("that was made otherwise is drift", async () => {
    const name = `${id}-open`;
    await docker("network", "create", name);
    const found = await projectNetworkHandler.read("x", { ...network, name, drift: [] });
    expect(found?.outputs["drift"]).toEqual([
      "the network leads out of the server",
      "the server has an address on the network",
    ]);
    await docker("network", "rm", name);
  });
});

describe("a project's database", () => {
  it("is waited for and set up: passwords that work, extensions in their places", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    const login = await execa(
      "docker",
      [
        "exec",
        "-e",
        "PGPASSWORD=a-1",
        id,
        "psql",
        "-h",
        "127.0.0.1",
        "-U",
        "authenticator",
        "-d",
        "postgres",
        "-Atc",
        "select 1",
      ],
      { reject: false },
    );
    expect(login.stdout).toBe("1");
    expect(await psql("select extname from pg_extension where extname in ('hstore', 'pg_cron') order by 1")).toBe(
      "hstore\npg_cron",
    );
    expect(await drift(outputs)).toEqual([]);
  });

  it("has no drift by what its people do", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    await psql("set role postgres; create role r1; create schema s1; create table s1.t (id int)");
    expect(await drift(outputs)).toEqual([]);
  });

  it("has no drift by what its owner may do by itself to roles, its own and the API's", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    const own = [
      "create role app_login login",
      "create role app_group",
      "grant app_group to app_login, anon, authenticated",
      "grant service_role, pg_read_all_data, supabase_auth_admin to app_login",
      "grant pg_write_all_data to postgres",
      "alter role app_login set statement_timeout = '1h'",
      "alter role app_login connection limit 3",
      "alter role postgres set statement_timeout = '10min'",
      "alter role anon set work_mem = '8MB'",
      "grant create on schema public to app_login",
    ];
    await psql(`set role postgres; ${own.join("; ")}`);
    expect(await drift(outputs)).toEqual([]);
    await psql(`set role postgres; revoke create on schema public from app_login; drop role app_login, app_group;
      revoke pg_write_all_data from postgres; alter role postgres reset statement_timeout;
 alter role anon reset work_mem`);
  });

  it("has no drift with every extension of its image installed", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    const names = (await psql("select name from pg_available_extensions where installed_version is null order by 1"))
      .split("\n")
      .filter((name) => name !== "");
    for (const name of names) await psql(`create extension if not exists "${name}" cascade`);
    expect(await drift(outputs)).toEqual([]);
    for (const name of names) await psql(`drop extension if exists "${name}" cascade`);
  });

  it("is told in words what was added by hand, which a repair takes back, and nothing else does", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    await psql("set role postgres; create role own_role; create role own_login login; grant own_role to own_login");
    for (const statement of [
      "create role boss superuser",
      "create role peeper bypassrls replication",
      "alter role pgbouncer superuser",
      "grant supabase_admin to postgres",
      "grant pg_execute_server_program to authenticated, own_login",
      "grant service_role to anon",
      "grant all on schema auth to anon",
      "grant usage on schema storage to public",
      "alter role authenticator connection limit 0",
      "alter role anon set statement_timeout = '1h'",
      "alter role supabase_admin set search_path = public",
      "alter role authenticator reset lock_timeout",
      "alter role authenticated in database postgres set statement_timeout = '1h'",
      "alter role service_role set session_replication_role = replica",
    ]) {
      await psql(statement);
    }
    const told = [
      "role authenticator may hold 0 connections only",
      "role boss may do everything (superuser), which it should not",
      "role peeper may replicate, which it should not",
      "role peeper may pass row level security, which it should not",
      "role pgbouncer may do everything (superuser), which it should not",
      "role postgres is a member of supabase_admin, which it should not be",
      "role authenticated is a member of pg_execute_server_program, which it should not be",
      "role own_login is a member of pg_execute_server_program, which it should not be",
      "role anon is a member of service_role, which it should not be",
      "role anon may create things in schema auth, which should not be",
      "everybody may use schema storage, which should not be",
      "role service_role begins with session_replication_role = replica, which only a superuser could set",
      'setting search_path of supabase_admin: public, should be "$user", public, auth, extensions',
      "setting statement_timeout of anon: 1h, should be 3s",
      "setting lock_timeout of authenticator: missing, should be 8s",
      "setting statement_timeout of authenticated in this database: 1h, should be none",
    ];
    const looked = await projectDatabaseHandler.read(id, outputs);
    const sentences = async () => [...((await drift(outputs)) as string[])].sort();
    expect(await sentences()).toEqual([...told].sort());

    // A change that no look came before leaves what the preview of it did not show; limits belong to what it always sets.
    await projectDatabaseHandler.update(id, outputs, wished);
    expect(await sentences()).toEqual(told.slice(1).sort());

    const mended = await projectDatabaseHandler.update(id, looked?.outputs ?? {}, wished);
    expect(await drift(mended)).toEqual([]);
    expect(await psql("select pg_has_role('own_login', 'own_role', 'member')")).toBe("t");
    const path = "select rolconfig from pg_roles where rolname = 'supabase_admin'";
    expect(await psql(path)).toBe('{"search_path=\\"$user\\", public, auth, extensions"}');
    await psql("drop role boss, peeper, own_role, own_login");
  });

  it("is told what was taken from the services' schemas, and given it again", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    await psql(
      "revoke usage on schema storage from authenticated; revoke create on schema auth from supabase_auth_admin",
    );
    expect(await drift(outputs)).toEqual([
      "role supabase_auth_admin may no longer create things in schema auth",
      "role authenticated may no longer use schema storage",
    ]);
    expect(await drift(await projectDatabaseHandler.update(id, outputs, wished))).toEqual([]);
  });

  it("is told in words what was changed by hand, and put right", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    await psql("alter role postgres superuser");
    await psql("alter role authenticator password 'stolen'");
    await psql("revoke anon from authenticator");
    await psql("revoke usage on schema extensions from anon");
    await psql("drop extension hstore");
    await psql("alter role service_role nobypassrls");
    expect(await drift(outputs)).toEqual([
      "role postgres may do everything (superuser)",
      "role service_role may not pass row level security",
      "role authenticator: another password than the project's",
      "role authenticator is no longer a member of anon",
      "role anon may no longer use schema extensions",
      "the extension hstore is not installed",
    ]);
    const mended = await projectDatabaseHandler.update(id, outputs, wished);
    expect(await drift(mended)).toEqual([]);
  });

  it("takes new passwords, the platform's own included, wherever a rotation is cut off", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    const fresh = {
      ...wished,
      access: { ...wished.access, password: "of-the-superuser-2" },
      passwords: { owner: "o-2", authenticator: "a-2", authAdmin: "aa-2", storageAdmin: "sa-2" },
    };
    // Killed before the database took them: the old password opens it.
    const done = await projectDatabaseHandler.update(id, outputs, fresh);
    expect(await drift(done)).toEqual([]);
    // Killed right after it took them, before the state was written: a look says so, and the same step is done again.
    expect(await drift(outputs)).toEqual(["role supabase_admin: another password than the project's"]);
    const looked = await projectDatabaseHandler.read(id, outputs);
    const again = await projectDatabaseHandler.update(id, looked?.outputs ?? {}, fresh);
    expect(await drift(again)).toEqual([]);
    const login = (password: string, user: string) =>
      execa(
        "docker",
        [
          ...["exec", "-e", `PGPASSWORD=${password}`, id, "psql", "-h", "127.0.0.1", "-U", user, "-d", "postgres"],
          ...["-Atc", "select 1"],
        ],
        { reject: false },
      );
    for (const [old, now, user] of [
      [password, "of-the-superuser-2", "supabase_admin"],
      ["o-1", "o-2", "postgres"],
      ["a-1", "a-2", "authenticator"],
    ] as const) {
      expect((await login(old, user)).stderr, user).toContain("password authentication failed");
      expect((await login(now, user)).stdout, user).toBe("1");
    }
    // Neither opens it: said as it is, and nothing is done.
    const lost = { ...fresh, access: { ...fresh.access, password: "wrong" } };
    await expect(projectDatabaseHandler.update(id, outputs, lost)).rejects.toThrow(/does not take the password/);
    await projectDatabaseHandler.update(id, again, wished);
  });

  it("says what is wrong when an extension can't be had, and makes nothing of the change", async () => {
    const wrong = { ...wished, extensions: ["hstore", "no_such_thing"], passwords: { ...passwords, owner: "o-2" } };
    await expect(projectDatabaseHandler.create(wrong)).rejects.toThrow(/extension "no_such_thing" is not available/);
    const { outputs } = await projectDatabaseHandler.create(wished);
    expect(await drift(outputs)).toEqual([]);
  });

  it("never runs an extension's script where its people have laid something in the way", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    const more = { ...wished, extensions: [...wished.extensions, "earthdistance"] };
    await psql("set role postgres; create function extensions.cube_dim(text) returns int language sql as 'select 1'");
    await expect(projectDatabaseHandler.update(id, outputs, more)).rejects.toThrow(
      /role postgres owns objects in schema extensions: remove them before adding extensions/,
    );
    // Nothing new is asked for: what lies there is harmless.
    await projectDatabaseHandler.update(id, outputs, wished);
    await psql("drop function extensions.cube_dim(text); set role postgres; create extension cube schema public");
    await expect(projectDatabaseHandler.update(id, outputs, more)).rejects.toThrow(
      /extension earthdistance needs extension cube, which lies in schema public: drop it there/,
    );
    await psql("drop extension cube");
    expect(await drift(await projectDatabaseHandler.update(id, outputs, more))).toEqual([]);
  });

  it("that does not run is no drift of what is inside, and can't be set up", async () => {
    const { outputs } = await projectDatabaseHandler.create(wished);
    const gone = { ...outputs, access: { ...wished.access, container: `${id}-gone` } };
    expect(await drift(gone)).toEqual([]);
    await expect(projectDatabaseHandler.create({ ...wished, access: gone.access })).rejects.toThrow(/no container/);
  });
});
