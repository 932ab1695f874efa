import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, projectWithStatus, sql } from "../harness/api.ts";
import { signUp, type Tokens } from "../harness/keycloakLogin.ts";
import { ended, type Operation, succeeded } from "../harness/operations.ts";
import { instance, platform, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf, docker } from "../harness/stack.ts";

interface Backup {
  readonly id: string;
  readonly project_ref: string;
  readonly project_name: string;
  readonly operation_id: string;
  readonly bytes: number;
  readonly verified_at: string;
}

const ROWS = 2_000;
const backupsOf = async (ref: string, token?: string) =>
  (await api<Backup[]>(`/v1/backups?project_ref=${ref}`, token === undefined ? {} : { token })).body;

/** A database of the image that the platform tests backups with, on no network. */
async function restoreAndAsk(file: string, question: string): Promise<string> {
  const name = `${instance}-restore-${randomUUID().slice(0, 8)}`;
  const settings = ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"];
  const run = ["run", "--detach", "--rm", "--network", "none", "--name", name];
  await docker(...run, "-e", "POSTGRES_PASSWORD=x", "supalove/supabase-postgres:dev", ...settings);
  const inside = (...command: string[]) => ["exec", "-i", "-e", "PGPASSWORD=x", name, ...command];
  const login = ["-h", "localhost", "-U", "supabase_admin"];
  try {
    await sleepUntil(
      "the database to answer",
      async () =>
        (await execa("docker", inside("pg_isready", "-q", ...login), { reject: false })).exitCode === 0 || undefined,
      120,
    );
    await docker(...inside("createdb", ...login, "-T", "template0", "restored"));
    const restore = inside("pg_restore", ...login, "--no-owner", "--no-acl", "--exit-on-error", "-d", "restored");
    await execa("docker", restore, { inputFile: file });
    return await docker(...inside("psql", ...login, "-d", "restored", "-Atc", question));
  } finally {
    await docker("rm", "--force", "--volumes", name);
  }
}

async function destroy(ref: string, query = ""): Promise<Operation> {
  const { status, body } = await api<{ operation_id: string }>(`/v1/projects/${ref}${query}`, { method: "DELETE" });
  expect(status, JSON.stringify(body)).toBe(200);
  return ended(body.operation_id, 240);
}

const filesOfRunner = async () =>
  (await docker("exec", `${instance}-runner`, "ls", "/var/lib/supalove/backups"))
    .split("\n")
    .filter((name) => name !== "");

const throwaways = () =>
  docker(
    "ps",
    "--all",
    "--quiet",
    "--filter",
    "label=supalove.backup",
    "--filter",
    `label=supalove.instance=${instance}`,
  );

describe.each(["shared", "dedicated"])("the last backup of a %s project", (plan) => {
  let folder: string;
  let stranger: Tokens;
  let project: LiveProject;
  let gone = false;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "supalove-backups-"));
    const { urls } = await platform();
    const username = `stranger-${randomUUID().slice(0, 8)}`;
    const account = { username, password: "a long enough password 1", email: `${username}@example.org` };
    stranger = await signUp({ issuer: `${urls.keycloak}/realms/supalove` }, account);
    project = await createProject("backup", { plan });
    await sql(
      project.ref,
      `create extension if not exists citext;
       create table public.notes (id bigint generated always as identity primary key, body citext not null);
       insert into public.notes (body) select 'note ' || g from generate_series(1, ${ROWS}) g;
       alter table public.notes enable row level security;
       create policy own on public.notes for select to authenticated using (auth.uid() is not null);
       create schema app;
       create table app.ledger (amount int);
       insert into app.ledger select g from generate_series(1, 10) g`,
    );
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    if (!gone) await deleteProject(project.ref, { seconds: 120 });
  });

  it("does not come about where the login was changed behind the platform's back, and nothing is deleted then", async () => {
    // A shared project's backup needs no password of the tenant's.
    if (plan === "shared") return;
    await docker(
      ...["exec", containerOf(project.ref, "db"), "psql", "-U", "supabase_admin", "-d", "postgres"],
      ...["-c", "alter role postgres password 'another one altogether'"],
    );
    const failed = await destroy(project.ref);
    expect(failed).toMatchObject({ status: "failed", error: { code: "backup_failed" } });
    expect(failed.error?.message).toContain("does not take the password the platform has");
    await projectWithStatus(project.ref, ["ACTIVE_UNHEALTHY"]);
    expect(await backupsOf(project.ref)).toEqual([]);
    await succeeded(`/v1/projects/${project.ref}/drift/repair`);
    await projectWithStatus(project.ref, ["ACTIVE_HEALTHY"]);
  });

  it("is there after the project, can be had, and gives every row back", async () => {
    const { ref } = project;
    const operation = await destroy(ref);
    expect(operation, JSON.stringify(operation)).toMatchObject({ status: "succeeded" });
    gone = true;
    expect((await api(`/v1/projects/${ref}`)).status).toBe(404);
    const [backup, ...more] = await backupsOf(ref);
    expect(more).toEqual([]);
    expect(backup).toMatchObject({ project_ref: ref, project_name: project.name, operation_id: operation.id });
    expect(Date.parse(backup?.verified_at ?? "")).toBeGreaterThan(0);
    expect(await throwaways()).toBe("");
    expect(await filesOfRunner()).toContain(`${operation.id}.dump`);

    const { phases } = (await api<{ phases: { message: string }[] }>(`/v1/operations/${operation.id}`)).body;
    const messages = phases.map(({ message }) => message);
    expect(messages).toContain("Testing the backup");
    expect(messages.join("\n")).toMatch(/^Taking a last backup \(\d+ MiB\)$/m);

    const listed = await supalove("backups", "list", "--project", ref, "--json");
    expect((JSON.parse(listed.stdout) as Backup[]).map(({ id }) => id)).toEqual([backup?.id]);
    const file = join(folder, "last.dump");
    const got = await supalove("backups", "get", backup?.id ?? "", "--output", file);
    expect(got.stderr + got.stdout, got.stderr).toContain(`${backup?.bytes} bytes`);
    expect((await readFile(file)).length).toBe(backup?.bytes);
    expect((await supalove("backups", "get", backup?.id ?? "", "--output", file)).exitCode).toBe(1);

    const question =
      "select count(*), max(body) filter (where id = 7) from public.notes union all select sum(amount), 'app' from app.ledger";
    expect((await restoreAndAsk(file, question)).split("\n")).toEqual([`${ROWS}|note 7`, "55|app"]);

    // Members of other organizations learn nothing of it.
    expect(await backupsOf(ref, stranger.access_token)).toEqual([]);
    const foreign = await api(`/v1/backups/${backup?.id}`, { token: stranger.access_token });
    expect(foreign).toMatchObject({ status: 404, body: { code: "backup_not_found" } });
  });

  it("is taken of a paused project, too", async () => {
    const paused = await createProject("paused", { plan });
    await sql(paused.ref, "create table public.kept (id int); insert into public.kept values (1), (2), (3)");
    await succeeded(`/v1/projects/${paused.ref}/pause`);
    expect(await destroy(paused.ref)).toMatchObject({ status: "succeeded" });
    const [backup] = await backupsOf(paused.ref);
    const file = join(folder, "paused.dump");
    await supalove("backups", "get", backup?.id ?? "", "--output", file);
    expect(await restoreAndAsk(file, "select count(*) from public.kept")).toBe("3");
    expect(await throwaways()).toBe("");
  });

  it("is not taken where it was refused", async () => {
    const refused = await createProject("refused", { plan });
    const operation = await destroy(refused.ref, "?backup=false");
    expect(operation).toMatchObject({ status: "succeeded" });
    expect(await backupsOf(refused.ref)).toEqual([]);
    expect(await filesOfRunner()).not.toContain(`${operation.id}.dump`);
  });
});
