import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createdTogether, createProject, deleteProject, type LiveProject } from "../harness/api.ts";
import { sqlState } from "../harness/cluster.ts";
import { projectStackSecrets, read, type Secrets, secretsIn } from "../harness/secrets.ts";
import { containerOf, docker } from "../harness/stack.ts";

/* What a dedicated project's containers are given: rights, files and secrets; and what its owner may do by direct SQL. */

const SOCKET = "host=/var/run/postgresql user=supabase_admin password=x dbname=postgres";
const SERVICES = ["db", "rest", "meta", "gateway"] as const;

interface Inspected {
  readonly Name: string;
  readonly Config: { readonly Env: readonly string[] };
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string }[];
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

describe("a dedicated project's containers", () => {
  let own: LiveProject;
  let other: LiveProject;
  let ofOwn: Secrets;
  let ofOther: Secrets;
  let mallory: pg.Client;

  const inspected = async (service: string) => read("docker", "inspect", containerOf(own.ref, service));
  const shell = (service: string, script: string) =>
    docker("exec", containerOf(own.ref, service), "bash", "-c", script);

  beforeAll(async () => {
    [own, other] = await createdTogether([
      createProject("holder", { plan: "dedicated", publish_database: true, extensions: ["dblink"] }),
      createProject("holder", { plan: "dedicated" }),
    ]);
    [ofOwn, ofOther] = [await projectStackSecrets(own.ref), await projectStackSecrets(other.ref)];
    const { body } = await api<{ connection_string: string }>(
      `/v1/projects/${own.ref}/database/connection?reveal=true`,
    );
    mallory = new pg.Client({ connectionString: body.connection_string, connectionTimeoutMillis: 10_000 });
    mallory.on("error", () => {});
    await mallory.connect();
  });
  afterAll(async () => {
    await mallory?.end();
    for (const project of [own, other]) if (project) await deleteProject(project.ref, { seconds: 120 });
  });

  it.each(SERVICES)("%s holds no secret of another project, and shows none of its own", async (service) => {
    expect([...ofOther.keys()].join("\n")).toMatch(/passwords\.owner/);
    expect(ofOther.size).toBeGreaterThan(8);
    const text = await inspected(service);
    const files = 'cat /proc/[0-9]*/environ /etc/nginx/nginx.conf /run/supalove/* 2>/dev/null | tr "\\0" "\\n"; true';
    expect(secretsIn(text + (await shell(service, files)), ofOther)).toEqual([]);
    const [parsed] = JSON.parse(text) as [Inspected];
    const { Env: _, ...config } = parsed.Config;
    expect(secretsIn(JSON.stringify({ ...parsed, Config: config }), ofOwn)).toEqual([]);
    expect(secretsIn(await read("docker", "logs", containerOf(own.ref, service)), ofOwn)).toEqual([]);
    expect(secretsIn(await read("docker", "top", containerOf(own.ref, service), "-eo", "pid,args"), ofOwn)).toEqual([]);
  });

  it.each(SERVICES)(
    "%s shares nothing with the host, and none of its processes has a right or gets one",
    async (service) => {
      const [{ HostConfig, Mounts }] = JSON.parse(await inspected(service)) as [Inspected];
      expect(HostConfig).toMatchObject({ Privileged: false, CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"] });
      expect(HostConfig).toMatchObject({ PidMode: "", IpcMode: "private", UTSMode: "", PublishAllPorts: false });
      for (const list of ["Binds", "Devices", "VolumesFrom", "DeviceRequests", "GroupAdd"]) {
        expect(HostConfig[list] ?? [], list).toEqual([]);
      }
      const data = { Type: "volume", Name: containerOf(own.ref, "data"), Destination: "/var/lib/postgresql/data" };
      expect(Mounts.map(({ Type, Name, Destination }) => ({ Type, Name, Destination }))).toEqual(
        service === "db" ? [data] : [],
      );
      const script = "cat /proc/[0-9]*/status 2>/dev/null | grep -E '^(Uid|CapEff|CapPrm|NoNewPrivs)'";
      const withRights = async () => {
        const lines = (await shell(service, script)).split("\n");
        expect(lines.length).toBeGreaterThan(4);
        return lines.filter((line) => !/^(Uid:\t(?!0\b)|Cap(Eff|Prm):\t0+$|NoNewPrivs:\t1$)/.test(line));
      };
      // What starts a health check is Docker's, and gives up its rights before it becomes the check: a matter of milliseconds.
      await expect.poll(withRights, { timeout: 5_000, interval: 100 }).toEqual([]);
    },
  );

  const DENIED = "42501";
  const refused: readonly (readonly [string, string, string])[] = [
    ["run a program", DENIED, "copy (select 1) to program 'id'"],
    ["read what a program says", DENIED, "copy public.lines from program 'id'"],
    ["write a server file", DENIED, "copy (select 1) to '/tmp/x'"],
    ["read the superuser's password", DENIED, "select pg_read_file('/run/supalove/postgres-password')"],
    ["read a file by copy", DENIED, "copy public.lines from '/etc/passwd'"],
    ["list a folder", DENIED, "select pg_ls_dir('.')"],
    ["import a large object from a file", DENIED, "select lo_import('/etc/passwd')"],
    ["load a library", DENIED, "load '/tmp/evil.so'"],
    ["preload a library", DENIED, "alter role postgres set session_preload_libraries = 'evil'"],
    ["write C functions", DENIED, "create function public.c() returns int as '/tmp/evil.so', 'f' language c"],
    ["make a superuser", DENIED, "create role evil superuser"],
    ["make itself superuser", DENIED, "alter role postgres superuser"],
    ["become the platform's role", DENIED, "set role supabase_admin"],
    ["become another session user", DENIED, "set session authorization supabase_admin"],
    ["set the superuser's password", DENIED, "alter role supabase_admin password 'owned'"],
    ["make itself a member of the superuser", DENIED, "grant supabase_admin to postgres"],
    ["grant itself programs", DENIED, "grant pg_execute_server_program to postgres"],
    ["grant itself files", DENIED, "grant pg_read_server_files to postgres"],
    ["change the server", DENIED, "alter system set archive_command = 'id'"],
    ["make a role of those that run programs", DENIED, "create role evil in role pg_execute_server_program"],
    ["do it by another role", DENIED, "set role supabase_auth_admin; create role evil in role pg_write_server_files"],
    ["make an event trigger", DENIED, "create event trigger e on ddl_command_end execute function public.f()"],
    ["subscribe", DENIED, "create subscription s connection 'host=/var/run/postgresql' publication p"],
    // The server's own user may log in as the superuser over the socket, and the tenant's SQL runs as that user.
    ["log in as the superuser over the socket", "2F003", `select extensions.dblink_connect('${SOCKET}')`],
    ["read the access rules", DENIED, "select * from pg_hba_file_rules"],
  ];
  it("let the owner make a table, so that what follows is refused for its own sake", async () => {
    await mallory.query("create table public.lines (line text)");
    // So that what is refused is the event trigger, not a function that does not exist.
    await mallory.query("create function public.f() returns event_trigger language plpgsql as 'begin end'");
    expect((await mallory.query("select current_user as login")).rows).toEqual([{ login: "postgres" }]);
  });
  it.each(refused)("don't let the owner's SQL %s", async (_, code, statement) => {
    expect(await sqlState(mallory.query(statement))).toBe(code);
  });

  it("show the owner no more of the logins' passwords than what can't be undone", async () => {
    // Supabase's own login reads everything too (pg_read_all_data).
    const { rows } = await mallory.query<{ password: string }>(
      "select rolpassword as password from pg_authid where rolpassword is not null",
    );
    for (const { password } of rows) expect(password).toMatch(/^SCRAM-SHA-256\$\d{4,}:/);
    const passwords = [...ofOwn].filter(([name]) => /passwords\./.test(name));
    expect(passwords.length).toBeGreaterThan(0);
    for (const [name, password] of passwords) expect(password.length, name).toBeGreaterThanOrEqual(32);
  });

  it("don't let a role that the owner makes do more than the owner", async () => {
    await mallory.query("create role helper login createrole createdb password 'Helper-Role-1'");
    for (const role of [
      "pg_execute_server_program",
      "pg_write_server_files",
      "pg_read_server_files",
      "supabase_admin",
    ]) {
      expect(await sqlState(mallory.query(`grant ${role} to helper`)), role).toBe(DENIED);
    }
    await mallory.query("drop role helper");
  });

  it.each(["file_fdw", "adminpack", "pageinspect", "pg_surgery", "pg_walinspect", "pg_buffercache"])(
    "don't let the owner install %s, which reads or writes behind the rules",
    async (extension) => {
      expect(await sqlState(mallory.query(`create extension ${extension}`))).toMatch(/^(42501|0A000)$/);
    },
  );
});
