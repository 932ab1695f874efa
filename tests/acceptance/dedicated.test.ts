import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, projectWithStatus, sql } from "../harness/api.ts";
import { client, userToken } from "../harness/client.ts";
import { ended, succeeded } from "../harness/operations.ts";
import { platform } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { asSuperuser, containerOf, docker, remainsOf } from "../harness/stack.ts";

/** Configuration of a project's own gateway, in its container. */
const CONF = "/etc/nginx/nginx.conf";

interface Preview {
  readonly id: string;
  readonly project_ref: string;
  readonly status: string;
  readonly destructive: boolean;
  readonly summary: string;
}

async function previewOf(ref: string, body: object): Promise<Preview> {
  const started = await api<{ id: string; operation_id: string }>(`/v1/projects/${ref}/previews`, { body });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return sleepUntil("the preview", async () => {
    const { body: preview } = await api<Preview>(`/v1/previews/${started.body.id}`);
    return preview.status === "queued" || preview.status === "running" ? undefined : preview;
  });
}

/** What a preview says, without which images it takes. */
const linesOf = ({ summary }: Preview) => summary.split("\n").filter((line) => !/^(the|an) image /.test(line));

const applied = ({ id, project_ref }: Preview) =>
  succeeded(`/v1/projects/${project_ref}/operations`, { body: { preview_id: id } });

interface Drift {
  readonly drifted: boolean;
  readonly changes: readonly { readonly summary: string }[];
}
async function look(ref: string): Promise<Drift> {
  await succeeded(`/v1/projects/${ref}/drift`);
  return (await api<Drift>(`/v1/projects/${ref}/drift`)).body;
}

describe("a dedicated project", () => {
  let project: LiveProject;
  let ref: string;

  beforeAll(async () => {
    project = await createProject("dedicated", { plan: "dedicated", extensions: ["vector"] });
    ref = project.ref;
    await sql(
      ref,
      `create table public.notes (id bigint generated always as identity primary key, owner uuid, body text not null);
       alter table public.notes enable row level security;
       create policy "everyone reads public notes" on public.notes for select using (owner is null);
       create policy "owners do all" on public.notes to authenticated
         using (owner = auth.uid()) with check (owner = auth.uid());`,
    );
    // PostgREST hears of a new table by a notification, as upstream's does; until then it reads from it, but inserts nothing.
    const notes = () => client(project, project.serviceRoleKey).from("notes");
    await sleepUntil("the new table in REST", async () =>
      (await notes().insert({ body: "probe" })).status === 201 ? true : undefined,
    );
    expect((await notes().delete().eq("body", "probe")).error).toBeNull();
  });
  afterAll(() => deleteProject(ref, { seconds: 90 }));

  it("is containers of its own, of which the gateway alone can be reached", async () => {
    const names = (await remainsOf(ref)).sort();
    const parts = ["", "-data", "-db", "-gateway", "-meta", "-rest"];
    expect(names).toEqual(parts.map((part) => `${containerOf(ref)}${part}`));
    const ports = await docker("ps", "--filter", `label=supalove.project=${ref}`, "--format", "{{.Names}} {{.Ports}}");
    for (const line of ports.split("\n")) {
      expect(line).toMatch(line.includes("-gateway") ? /127\.0\.0\.1:\d+->8080\/tcp$/ : /^\S+ *$/);
    }
  });

  it("lets an unmodified supabase-js write and read under row level security, at the platform's URL and at its own", async () => {
    const admin = client(project, project.serviceRoleKey);
    expect((await admin.from("notes").insert({ body: "hello" })).error).toBeNull();
    expect(await client(project).from("notes").select("body")).toMatchObject({
      error: null,
      data: [{ body: "hello" }],
    });
    const ada = "6f1c2a34-0000-4000-8000-00000000000a";
    const asAda = client(project, project.publishableKey, await userToken(project.jwtSecret, { sub: ada }));
    expect((await asAda.from("notes").insert({ owner: ada, body: "ada's" })).error).toBeNull();
    expect((await asAda.from("notes").select("body").eq("owner", ada)).data).toEqual([{ body: "ada's" }]);
    expect((await client(project).from("notes").insert({ body: "anonymous" })).error?.code).toBe("42501");

    const port = /127\.0\.0\.1:(\d+)/.exec(await docker("port", containerOf(ref, "gateway"), "8080"))?.[1];
    const own = { ...project, url: `http://127.0.0.1:${port}` };
    expect((await client(own).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
    expect((await client(own, project.publishableKey).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
    expect((await client(own, "wrong").from("notes").select("body")).status).toBe(401);
  });

  it("gives the tenant the login that a Supabase app knows, which is no superuser", async () => {
    expect(
      await sql(ref, "select current_user as login, rolsuper as power from pg_roles where rolname = current_user"),
    ).toEqual([{ login: "postgres", power: false }]);
    expect(await sql(ref, "select extname from pg_extension where extname = 'vector'")).toHaveLength(1);
  });

  it("says which services it does not have", async () => {
    const { urls } = await platform();
    const answer = await fetch(`${urls.gateway}/projects/${ref}/auth/v1/health`, {
      headers: { apikey: project.anonKey },
    });
    expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ code: "service_off" })]);
  });

  it("tells in plain words what a change would do, and does it with the data intact", async () => {
    expect((await previewOf(ref, {})).summary).toBe("no change");
    const resize = await previewOf(ref, { size: "small" });
    expect(resize).toMatchObject({ status: "ready", destructive: false });
    expect(resize.summary).toMatch(/Postgres restarts \(about \d+ s\)/);
    expect(resize.summary).toMatch(/memory \+768 MiB \(768 -> 1536\)/);
    const route = { path: "/hooks", target: "http://example.com:81/in" };
    const settings = await previewOf(ref, {
      ...{ postgres_settings: { work_mem: "12MB" }, routes: [route], services: ["db", "rest"] },
    });
    for (const line of [
      /^Postgres setting work_mem the size's own -> 12MB$/m,
      /^the route \/hooks is added: it leads to http:\/\/example\.com:81\/in \(for every key\)$/m,
      /^the service meta is switched off$/m,
      /^The gateway restarts .*new configuration/m,
      /^Postgres-meta is stopped and its container removed/m,
    ]) {
      expect(settings.summary).toMatch(line);
    }
    const end = await previewOf(ref, { delete: true });
    expect(end).toMatchObject({ destructive: true });
    expect(end.summary).toMatch(/volume .* is deleted: everything stored in it is lost/);

    await succeeded(`/v1/projects/${ref}`, {
      method: "PATCH",
      body: { size: "small", postgres_settings: { work_mem: "12MB" }, publish_database: true },
    });
    const memory = await docker("inspect", containerOf(ref, "db"), "--format", "{{.HostConfig.Memory}}");
    expect(Number(memory)).toBe(1536 * 1024 * 1024);
    expect(await sql(ref, "show work_mem")).toEqual([{ work_mem: "12MB" }]);
    expect(await sql(ref, "select count(*)::int as notes from notes")).toEqual([{ notes: 2 }]);
    const { body } = await api<{ connection_string: string }>(`/v1/projects/${ref}/database/connection?reveal=true`);
    const url = new URL(body.connection_string);
    const inside = await docker(
      ...["run", "--rm", "--network", "host", "-e", `PGPASSWORD=${decodeURIComponent(url.password)}`],
      ...["--entrypoint", "psql", await docker("inspect", containerOf(ref, "db"), "--format", "{{.Config.Image}}")],
      ...[
        "-h",
        "127.0.0.1",
        "-p",
        url.port,
        "-U",
        url.username,
        "-d",
        "postgres",
        "-Atc",
        "select body from notes order by id",
      ],
    );
    expect(inside.split("\n")).toEqual(["hello", "ada's"]);
    await succeeded(`/v1/projects/${ref}`, { method: "PATCH", body: { publish_database: false } });
  });

  it("leads its own routes to its own containers, to whom each of them is open", async () => {
    const { urls } = await platform();
    const open = { path: "/open", target: "http://meta:8080", auth: "none" };
    const members = { path: "/health", target: "http://meta:8080", auth: "anon", strip_path: false };
    const admin = { path: "/tools/admin", target: "http://meta:8080/", auth: "service" };
    await succeeded(`/v1/projects/${ref}`, { method: "PATCH", body: { routes: [open, members, admin] } });
    const keys = {
      none: undefined,
      wrong: "wrong",
      anon: project.anonKey,
      publishable: project.publishableKey,
      service: project.serviceRoleKey,
      secret: project.secretKey,
    };
    type Key = keyof typeof keys;
    const answers = async (path: string) => {
      const found: Partial<Record<Key, unknown>> = {};
      for (const [name, apikey] of Object.entries(keys) as [Key, string | undefined][]) {
        const answer = await fetch(`${urls.gateway}/projects/${ref}${path}`, apikey ? { headers: { apikey } } : {});
        const body = (await answer.json()) as { readonly code?: string; readonly date?: string };
        // What postgres-meta says of its health is the time.
        found[name] = answer.status === 200 && body.date !== undefined ? "answered" : [answer.status, body.code];
      }
      return found;
    };
    const everyKey = { anon: "answered", publishable: "answered", service: "answered", secret: "answered" };
    const noKey = { none: [401, "no_api_key"], wrong: [401, "invalid_api_key"] };
    const refused = [403, "service_key_required"];
    expect(await answers("/open/health")).toEqual({ none: "answered", wrong: "answered", ...everyKey });
    expect(await answers("/health")).toEqual({ ...noKey, ...everyKey });
    expect(await answers("/tools/admin/health")).toEqual({
      ...{ ...noKey, anon: refused, publishable: refused },
      ...{ service: "answered", secret: "answered" },
    });
    await succeeded(`/v1/projects/${ref}`, { method: "PATCH", body: { routes: [] } });
    const gone = await fetch(`${urls.gateway}/projects/${ref}/open/health`);
    expect([gone.status, await gone.json()]).toEqual([404, expect.objectContaining({ code: "route_not_found" })]);
  });

  it.each([
    [{ routes: [{ path: "/mine", target: "http://10.0.0.7:8080" }] }, "routes.0.target", "is private"],
    [{ routes: [{ path: "/projects", target: "http://meta:8080" }] }, "routes.0.path", "Supabase's own routes"],
    [{ postgres_settings: { work_mem: "banana" } }, "postgres_settings.work_mem", "from 64kB"],
    [{ postgres_settings: { shared_buffers: "900GB" } }, "postgres_settings.shared_buffers", "768MB at most"],
    [{ size: "nano", postgres_settings: { max_connections: "1" } }, "postgres_settings.max_connections", "at least"],
  ])("is told at once what it can't be: %j", async (body, path, words) => {
    for (const call of [`/v1/projects/${ref}/previews`, `/v1/projects/${ref}`]) {
      const method = call.endsWith("previews") ? "POST" : "PATCH";
      const answer = await api<{ issues: readonly { path: string; message: string }[] }>(call, { method, body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(400);
      expect(answer.body.issues).toEqual([expect.objectContaining({ path, message: expect.stringContaining(words) })]);
    }
  });

  it("gets its former settings back where Postgres does not come up with others", { timeout: 300_000 }, async () => {
    // A value that fits every size, and this database alone does not start with.
    const slot = (name: string) => `pg_create_logical_replication_slot('${name}', 'pgoutput')`;
    await asSuperuser(ref, `select ${slot("one")}, ${slot("two")}`);
    const started = await api<{ operation_id: string }>(`/v1/projects/${ref}`, {
      method: "PATCH",
      body: { postgres_settings: { work_mem: "13MB", max_replication_slots: "1" } },
    });
    const operation = await ended(started.body.operation_id, 240);
    expect(operation).toMatchObject({ status: "failed", error: { code: "change_rolled_back" } });
    expect(operation.error?.message).toMatch(/because Postgres .*former size and settings and has its data/);
    await projectWithStatus(ref, ["ACTIVE_HEALTHY"]);
    expect((await api(`/v1/projects/${ref}`)).body).toMatchObject({
      stack: { postgres_settings: { work_mem: "12MB" } },
    });
    expect(await sql(ref, "show work_mem")).toEqual([{ work_mem: "12MB" }]);
    await asSuperuser(ref, "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
    await sleepUntil("REST to be back", async () =>
      (await client(project).from("notes").select("body")).data?.length === 1 ? true : undefined,
    );
    expect(await look(ref)).toMatchObject({ drifted: false, changes: [] });
  });

  it("keeps its data, its network and its keys through a pause, and nothing that runs", async () => {
    const pause = await previewOf(ref, { pause: true });
    expect(pause).toMatchObject({ status: "ready", destructive: false });
    expect(linesOf(pause)).toEqual([
      "the project is paused: its requests are refused (503 project_paused) until it is resumed",
      "its data, its keys and its URL stay",
      "the roles, passwords and extensions of the database stay as they are",
      "Postgres is stopped and its container removed; what is in the project's volume stays",
      "The gateway is stopped and its container removed; what is in the project's volume stays",
      "Postgres-meta is stopped and its container removed; what is in the project's volume stays",
      "The REST service is stopped and its container removed; what is in the project's volume stays",
    ]);
    await applied(pause);
    await projectWithStatus(ref, ["INACTIVE"]);
    expect((await remainsOf(ref)).sort()).toEqual([containerOf(ref), containerOf(ref, "data")]);
    const { urls } = await platform();
    const paused = await fetch(`${urls.gateway}/projects/${ref}/rest/v1/notes`, {
      headers: { apikey: project.anonKey },
    });
    expect([paused.status, await paused.json()]).toEqual([503, expect.objectContaining({ code: "project_paused" })]);
    const resume = await previewOf(ref, { resume: true });
    expect(resume.destructive).toBe(false);
    expect(linesOf(resume)).toEqual([
      "the project comes back: its requests are answered again",
      "the roles, passwords and extensions of the database are checked, and set where they differ",
      expect.stringMatching(/^Postgres will be started \(memory \d+ MiB/),
      expect.stringMatching(/^The gateway will be started/),
      expect.stringMatching(/^Postgres-meta will be started/),
      expect.stringMatching(/^The REST service will be started/),
    ]);
    await applied(resume);
    expect((await client(project).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
  });

  it("restarts one service as it was previewed, and no other", async () => {
    const startedAt = (service: string) =>
      docker("inspect", containerOf(ref, service), "--format", "{{.State.StartedAt}}");
    const [rest, db] = [await startedAt("rest"), await startedAt("db")];
    const restart = await previewOf(ref, { restart: "rest" });
    expect(restart.summary).toMatch(/^The REST service is stopped and started again \(about 1 s\)/);
    expect(await startedAt("rest")).toBe(rest);
    await applied(restart);
    expect(await startedAt("rest")).not.toBe(rest);
    expect(await startedAt("db")).toBe(db);
    expect((await client(project).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
  });

  it("does without REST as long as that is switched off, and has its rows when it is back", async () => {
    const { urls } = await platform();
    const rest = () => fetch(`${urls.gateway}/projects/${ref}/rest/v1/notes`, { headers: { apikey: project.anonKey } });
    const status = async () => (await api<{ status: string }>(`/v1/projects/${ref}`)).body.status;
    await succeeded(`/v1/projects/${ref}`, { method: "PATCH", body: { services: ["db", "meta"] } });
    expect(await status()).toBe("ACTIVE_HEALTHY");
    const off = await rest();
    expect([off.status, await off.json()]).toEqual([503, expect.objectContaining({ code: "service_off" })]);
    expect(await remainsOf(ref)).not.toContain(containerOf(ref, "rest"));
    for (const service of ["meta", "db"]) {
      await succeeded(`/v1/projects/${ref}/services/${service}/restart`);
      expect([service, await status()]).toEqual([service, "ACTIVE_HEALTHY"]);
    }
    await succeeded(`/v1/projects/${ref}/pause`);
    await succeeded(`/v1/projects/${ref}/restore`);
    expect(await status()).toBe("ACTIVE_HEALTHY");
    await succeeded(`/v1/projects/${ref}`, { method: "PATCH", body: { services: ["db", "rest", "meta"] } });
    expect(await status()).toBe("ACTIVE_HEALTHY");
    expect((await client(project).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
  });

  it("has no drift where nobody changed anything, whatever its own people do", { timeout: 300_000 }, async () => {
    for (let round = 0; round < 3; round++) {
      await sql(ref, `create schema s${round}; create role r${round}; create extension if not exists hstore`);
      expect(await look(ref)).toMatchObject({ drifted: false, changes: [] });
    }
  });

  it("is looked at and mended after changes by hand, with the data intact", { timeout: 300_000 }, async () => {
    await asSuperuser(ref, "revoke anon from authenticator");
    await asSuperuser(ref, "alter role postgres superuser");
    await asSuperuser(ref, "alter role authenticator password 'stolen'");
    await docker("rm", "--force", containerOf(ref, "rest"));
    await docker("stop", containerOf(ref, "gateway"));
    await docker("network", "disconnect", containerOf(ref), containerOf(ref, "meta"));
    const found = await look(ref);
    const words = found.changes.map(({ summary }) => summary).join("\n");
    for (const part of [
      /authenticator is no longer a member of anon/,
      /postgres may do everything \(superuser\)/,
      /authenticator: another password/,
      /The REST service will be started/,
      /The gateway restarts/,
      /postgres-meta is put back on its network/i,
    ]) {
      expect(words).toMatch(part);
    }
    await succeeded(`/v1/projects/${ref}/drift/repair`);
    expect(await look(ref)).toMatchObject({ drifted: false });
    expect((await client(project).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
    expect(await sql(ref, "select rolsuper from pg_roles where rolname = 'postgres'")).toEqual([{ rolsuper: false }]);
  });

  it("tells what was added inside the database by hand, and takes it back", { timeout: 300_000 }, async () => {
    await sql(ref, "create role own_login login; grant service_role to own_login");
    for (const statement of [
      "grant supabase_admin to postgres",
      "grant service_role to anon",
      "grant pg_execute_server_program to authenticated",
      "create role boss superuser",
      "grant create on schema auth to anon",
      "alter role anon set statement_timeout = '1h'",
      "alter role authenticator connection limit 50",
    ]) {
      await asSuperuser(ref, statement);
    }
    const found = await look(ref);
    const words = found.changes.map(({ summary }) => summary).join("\n");
    for (const part of [
      "role postgres is a member of supabase_admin, which it should not be",
      "role anon is a member of service_role, which it should not be",
      "role authenticated is a member of pg_execute_server_program, which it should not be",
      "role boss may do everything (superuser), which it should not",
      "role anon may create things in schema auth, which should not be",
      "setting statement_timeout of anon: 1h, should be 3s",
      "role authenticator may hold 50 connections only",
    ]) {
      expect(words).toContain(part);
    }
    expect(words).not.toContain("own_login");
    await succeeded(`/v1/projects/${ref}/drift/repair`);
    expect(await look(ref)).toMatchObject({ drifted: false, changes: [] });
    expect(
      await sql(
        ref,
        `select pg_has_role('postgres', 'supabase_admin', 'member') as joined, pg_has_role('own_login', 'service_role', 'member') as own,
           (select rolconfig::text from pg_roles where rolname = 'anon') as anon`,
      ),
    ).toEqual([{ joined: false, own: true, anon: "{statement_timeout=3s}" }]);
    expect((await client(project).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
  });

  it("is mended where limits, variables and files were edited by hand, with the data intact", async () => {
    const [rest, meta, gateway] = [containerOf(ref, "rest"), containerOf(ref, "meta"), containerOf(ref, "gateway")];
    const memory = () => docker("inspect", rest, "--format", "{{.HostConfig.Memory}}");
    const conf = () => docker("exec", gateway, "cat", CONF);
    const [memoryBefore, confBefore] = [await memory(), await conf()];
    await docker("update", "--memory", "200m", "--memory-swap", "400m", rest);
    // It can't be edited in place: who wants other variables makes the container anew, under its name.
    const image = await docker("inspect", meta, "--format", "{{.Config.Image}}");
    await docker("rm", "--force", meta);
    await docker("run", "--detach", "--name", meta, "--network", containerOf(ref), "--env", "PG_META_PORT=9", image);
    const folder = await mkdtemp(join(tmpdir(), "supalove-edited-"));
    try {
      await writeFile(join(folder, "nginx.conf"), confBefore.replace("http {", "http { # edited"));
      await docker("cp", join(folder, "nginx.conf"), `${gateway}:${CONF}`);
    } finally {
      await rm(folder, { recursive: true });
    }
    const found = await look(ref);
    const words = found.changes.map(({ summary }) => summary).join("\n");
    expect(words).toMatch(/The REST service goes on without a restart: memory -\d+ MiB \(200 -> \d+\)/);
    expect(words).toMatch(/Postgres-meta will be started/);
    expect(words).toMatch(/The gateway restarts \(.*\): \/etc\/nginx\/nginx\.conf changed by hand/);
    await succeeded(`/v1/projects/${ref}/drift/repair`);
    expect(await look(ref)).toMatchObject({ drifted: false, changes: [] });
    expect([await memory(), await conf()]).toEqual([memoryBefore, confBefore]);
    expect(await docker("inspect", meta, "--format", "{{.Config.Env}}")).not.toContain("PG_META_PORT=9 ");
    expect((await client(project).from("notes").select("body")).data).toEqual([{ body: "hello" }]);
  });

  it("can't be reached with another project's keys", async () => {
    const other = await createProject("neighbour");
    const { urls } = await platform();
    for (const key of [other.anonKey, other.serviceRoleKey, other.publishableKey, other.secretKey]) {
      for (const path of ["rest/v1/notes", "pg/tables"]) {
        const answer = await fetch(`${urls.gateway}/projects/${ref}/${path}`, { headers: { apikey: key } });
        expect(answer.status, path).toBe(401);
      }
    }
    await deleteProject(other.ref);
  });
});

describe("the end of a dedicated project", () => {
  it("leaves nothing, and its ports are free again", async () => {
    // As small as one can be made.
    const project = await createProject("ending", { plan: "dedicated", services: ["db"] });
    const port = await docker("port", containerOf(project.ref, "gateway"), "8080");
    await deleteProject(project.ref, { seconds: 90 });
    expect(await remainsOf(project.ref)).toEqual([]);
    // The largest size, on a machine that may be smaller.
    const next = await createProject("next", { plan: "dedicated", size: "large" });
    const nextPort = await docker("port", containerOf(next.ref, "gateway"), "8080");
    // Another project may have been made meanwhile, and have it.
    if (nextPort !== port) {
      const others = ["ps", "--quiet", "--filter", `publish=${new URL(`http://${port}`).port}`] as const;
      expect(await docker(...others)).not.toBe("");
    }
    await deleteProject(next.ref, { seconds: 90 });
  });
});
