import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { askServer } from "../harness/askServer.ts";
import { client } from "../harness/client.ts";
import { instance, readStatus, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

interface Drift {
  readonly checked_at: string | null;
  readonly digest: string | null;
  readonly drifted: boolean;
  readonly summary: string;
  readonly changes: readonly {
    readonly type: string;
    readonly name: string;
    readonly op: string;
    readonly destructive: boolean;
    readonly accepted: boolean;
  }[];
  readonly checking: boolean;
  readonly error: unknown;
}

/** A change by hand: as the cluster's superuser, from inside its container. */
async function byHand(database: string, statement: string): Promise<void> {
  const psql = ["psql", "-v", "ON_ERROR_STOP=1", "-U", "supabase_admin", "-d", database, "-Atc", statement];
  await execa("docker", ["exec", "-u", "postgres", `${instance}-shared-db`, ...psql]);
}

/** Starts what a path starts and gives the drift once it has ended well. */
async function after(ref: string, path: string): Promise<Drift> {
  const started = await api<{ operation_id: string }>(`/v1/projects/${ref}/drift${path}`, { method: "POST" });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await sleepUntil(
    "the operation to succeed",
    async () => {
      const { body } = await api<{ status: string; error: unknown }>(`/v1/operations/${started.body.operation_id}`);
      if (body.status === "failed") throw new Error(JSON.stringify(body.error));
      return body.status === "succeeded" || undefined;
    },
    120,
  );
  return (await api<Drift>(`/v1/projects/${ref}/drift`)).body;
}
/** Accepts what was looked at. */
const accept = <T>(ref: string, { digest }: Drift) => api<T>(`/v1/projects/${ref}/drift/accept`, { body: { digest } });
const look = (ref: string) => after(ref, "");
const repair = (ref: string) => after(ref, "/repair");

describe("drift of a shared project", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("drift", { extensions: ["hstore"] });
    await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
  });
  afterAll(() => deleteProject(project.ref));

  it("is never found where nobody changed anything", { timeout: 300_000 }, async () => {
    for (let i = 0; i < 20; i++) {
      // What a project's people do is no drift.
      await sql(
        project.ref,
        `create table public.t${i} (id int); create schema s${i}; create extension if not exists citext`,
      );
      await client(project).from("kept").select("id");
      expect(await look(project.ref)).toMatchObject({ drifted: false, changes: [], error: null, checking: false });
    }
  });

  it("is found wherever somebody changed something by hand, and put right with the data intact", async () => {
    const { ref } = project;
    const database = `db_${ref}`;
    await byHand("postgres", `alter role postgres_${ref} connection limit 77`);
    await byHand("postgres", `grant connect on database ${database} to public`);
    await byHand("postgres", `alter role authenticator_${ref} in database ${database} set statement_timeout = '1h'`);
    await byHand("postgres", `revoke anon from authenticator_${ref}`);
    await byHand(database, "drop extension hstore");
    await byHand(database, "alter schema auth owner to supabase_admin");
    await byHand(database, "grant select on pg_stat_activity to public");
    await byHand(database, "update supalove.migrations set digest = 'x' where part = 'storage'");

    const found = await look(ref);
    expect(found.drifted).toBe(true);
    for (const words of [
      /77 connections/,
      /rights of everybody on the database: CONNECT/,
      /statement_timeout/,
      /member of/,
      /extension hstore: missing/,
      /owner of schema auth: supabase_admin/,
      /pg_stat_activity/,
      /migration storage\/\S+ ran with another text/,
    ]) {
      expect(found.summary).toMatch(words);
    }
    // Looking is all it did.
    const again = await look(ref);
    expect(again.summary).toBe(found.summary);
    expect((await accept<{ code: string }>(ref, again)).body.code).toBe("drift_not_acceptable");

    await byHand(database, "update supalove.migrations set digest = 'x' where false");
    const repaired = await repair(ref).catch((error: unknown) => String(error));
    // A migration that ran with another text is nothing a program may put right by itself.
    expect(JSON.stringify(repaired)).toMatch(/ran with another text|drifted/);
    expect((await client(project, project.serviceRoleKey).from("kept").select("id")).data).toEqual([{ id: 1 }]);
  });
});

describe("drift that is repaired", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("repair", { extensions: ["hstore"] });
    await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
  });
  afterAll(() => deleteProject(project.ref));
  const kept = () => client(project, project.serviceRoleKey).from("kept").select("id");

  it.each([
    ["a role's limit", "postgres", "alter role postgres_REF connection limit 77"],
    ["a role's power", "postgres", "alter role postgres_REF createrole"],
    ["a grant", "postgres", "grant connect on database db_REF to public"],
    ["a missing membership", "postgres", "revoke anon from authenticator_REF"],
    ["an extension", "db_REF", "drop extension hstore"],
    ["an owner", "db_REF", "alter schema auth owner to supabase_admin"],
    ["a password", "postgres", "alter role authenticator_REF password 'changed'"],
    ["a missing role", "postgres", "drop role realtime_admin_REF"],
  ])("%s", async (_what, database, statement) => {
    const { ref } = project;
    if (statement.startsWith("drop role")) {
      await byHand(
        `db_${ref}`,
        `reassign owned by realtime_admin_${ref} to supabase_admin; drop owned by realtime_admin_${ref}`,
      );
    }
    await byHand(database.replace("REF", ref), statement.replaceAll("REF", ref));
    expect(await look(ref)).toMatchObject({ drifted: true });
    expect(await repair(ref)).toMatchObject({ drifted: false, changes: [] });
    expect(await look(ref)).toMatchObject({ drifted: false, changes: [] });
    expect(await kept()).toMatchObject({ error: null, data: [{ id: 1 }] });
  });

  it("a setting may also be accepted, and stays", async () => {
    const { ref } = project;
    await byHand("postgres", `alter role postgres_${ref} in database db_${ref} set search_path = public`);
    const seen = await look(ref);
    expect(seen).toMatchObject({ drifted: true });
    const timeout = (value: string) =>
      byHand("postgres", `alter role authenticator_${ref} in database db_${ref} set statement_timeout = '${value}'`);
    await timeout("1h");
    await look(ref);
    expect(await accept<{ code: string }>(ref, seen)).toMatchObject({ status: 409, body: { code: "drift_changed" } });
    await timeout("8s");
    // As it was: what was seen is what is found.
    await look(ref);
    // The command line shows what it is about, and goes on only where somebody types, or names it.
    const asked = await supalove("projects", "drift", ref, "--accept");
    expect(asked.exitCode).not.toBe(0);
    expect(asked.stderr).toContain(`--digest ${seen.digest}`);
    expect(asked.stderr).toContain("search_path");
    const accepted = await accept<Drift>(ref, seen);
    expect(accepted).toMatchObject({ status: 200, body: { drifted: false, changes: [{ accepted: true }] } });
    expect(await look(ref)).toMatchObject({ drifted: false, changes: [{ accepted: true }] });
    const shown = await supalove("projects", "drift", ref, "--last");
    expect(shown.stdout).toMatch(/no drift/);
    expect(shown.stdout).toMatch(/1 known and accepted/);
  });

  it("is found by the command line as well", async () => {
    const { ref } = project;
    await byHand("postgres", `alter role postgres_${ref} connection limit 3`);
    const found = await supalove("projects", "drift", ref);
    expect(found.exitCode, found.stderr).toBe(0);
    expect(found.stdout).toMatch(/3 connections/);
    const repaired = await supalove("projects", "drift", ref, "--repair", "--json");
    expect(JSON.parse(repaired.stdout)).toMatchObject({ drifted: false, changes: [] });
  });
});

describe("a shared project whose database is gone", () => {
  it("is told so, as the loss it is; no look and no repair covers it by an empty one; it can be deleted", async () => {
    const { ref } = await createProject("dropped");
    const database = `db_${ref}`;
    const databases = () => askServer("shared-db", "postgres", "select datname from pg_database order by 1");
    try {
      expect(await databases()).toContain(database);
      await byHand("postgres", `drop database ${database} with (force)`);
      const found = await look(ref);
      expect(found).toMatchObject({ drifted: true, error: null, checking: false });
      expect(found.summary).toContain("the project's database is gone, and all its data with it");
      expect(found.changes.filter(({ destructive }) => destructive)).toMatchObject([
        { op: "create", type: "postgresql:index/database:Database", accepted: false },
      ]);
      await expect(repair(ref)).rejects.toThrow(/database_missing/);
      expect(await databases()).not.toContain(database);
    } finally {
      await deleteProject(ref, { seconds: 120 });
    }
  });
});

/** Looks at the untouched base stack; each reads every container, so that twenty take minutes. */
const BASE_LOOKS = Number(process.env["SUPALOVE_DRIFT_LOOKS"] ?? 6);

describe("drift of the base stack", () => {
  it("is not found where nobody changed anything", { timeout: 600_000 }, async () => {
    const before = Date.now();
    for (let i = 0; i < BASE_LOOKS; i++) {
      const { stdout, exitCode, stderr } = await supalove("drift");
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toMatch(/no drift/);
    }
    // Shown afterwards without another look.
    const last = JSON.parse((await supalove("drift", "--last", "--json")).stdout) as Drift;
    expect(last).toMatchObject({ digest: expect.stringMatching(/^sha256:/), drifted: false, changes: [], error: null });
    expect(Date.parse(last.checked_at ?? "")).toBeGreaterThan(before);
    expect((await supalove("status")).stdout).toMatch(/^drift: none, looked (just now|\d+ min ago)$/m);
    expect(JSON.parse((await supalove("status", "--json")).stdout)).toMatchObject({
      drift: { checked_at: last.checked_at, changes: 0, accepted: 0, error: null },
    });
  });

  it("is looked for again and again, until it is ended", { timeout: 180_000 }, async () => {
    const looking = supalove("drift", "--every", "1");
    const looks = async () => (JSON.parse((await supalove("drift", "--last", "--json")).stdout) as Drift).checked_at;
    const before = await looks();
    await sleepUntil("the first look", async () => ((await looks()) === before ? undefined : true), 120);
    looking.kill("SIGTERM");
    const { exitCode, stdout, stderr } = await looking;
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/no drift/);
  });

  it("is found where a container was taken off a network or put on another, and put right without a restart", async () => {
    const container = `${instance}-prometheus`;
    const stranger = `${instance}-by-hand`;
    const networks = async () =>
      (
        await execa("docker", [
          "inspect",
          "-f",
          "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}",
          container,
        ])
      ).stdout.trim();
    const startedAt = () => execa("docker", ["inspect", "-f", "{{.State.StartedAt}}", container]);
    const [before, started] = [await networks(), (await startedAt()).stdout];
    await execa("docker", ["network", "create", stranger]);
    try {
      await execa("docker", ["network", "disconnect", `${instance}-control`, container]);
      await execa("docker", ["network", "connect", stranger, container]);
      const words = `the container ${container} is changed: networks ${stranger}, ${instance}-edge -> ${instance}-control, ${instance}-edge`;
      expect((await supalove("drift")).stdout).toContain(words);
      expect((await supalove("status")).stdout).toMatch(/^drift: 1 change found .*: \.\/supalove drift$/m);
      // Networks keep the parts apart.
      const { digest } = JSON.parse((await supalove("drift", "--last", "--json")).stdout) as Drift;
      const refused = await supalove("drift", "--accept", "--digest", digest ?? "");
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain("(drift_not_acceptable)");
      expect((await supalove("up", "--refresh")).exitCode).toBe(0);
      expect(await networks()).toBe(before);
      expect((await startedAt()).stdout).toBe(started);
      expect((await supalove("drift")).stdout).toMatch(/no drift/);
    } finally {
      await execa("docker", ["network", "disconnect", "--force", stranger, container], { reject: false });
      await execa("docker", ["network", "rm", stranger]);
    }
  });

  it("is found where a container is gone or has other limits, which may be accepted, and put right by up", async () => {
    await execa("docker", ["update", "--memory", "128m", "--memory-swap", "256m", `${instance}-control-db-exporter`]);
    expect((await supalove("drift")).stdout).toMatch(/1 to change/);
    // The command line shows what it is about, and goes on only where somebody types, or names it.
    const asked = await supalove("drift", "--accept");
    expect(asked.exitCode).toBe(1);
    expect(asked.stderr).toContain("memory");
    const digest = /--digest (sha256:[0-9a-f]{64})/.exec(asked.stderr)?.[1] ?? "";
    const other = await supalove("drift", "--accept", "--digest", `sha256:${"0".repeat(64)}`);
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain("(drift_changed)");
    const accepted = await supalove("drift", "--accept", "--digest", digest, "--json");
    expect(JSON.parse(accepted.stdout), accepted.stderr).toMatchObject({
      drifted: false,
      changes: [{ accepted: true }],
    });

    await execa("docker", ["rm", "--force", `${instance}-shared-db-exporter`]);
    const shown = await supalove("drift");
    expect(shown.stdout).toMatch(/1 to create\n1 known and accepted/);
    const gone = await supalove("drift", "--last", "--json");
    const found = JSON.parse(gone.stdout) as Drift;
    expect((await supalove("drift", "--accept", "--digest", found.digest ?? "")).stderr).toContain(
      "(drift_not_acceptable)",
    );
    expect(found.changes.map(({ name, op }) => `${op} ${name}`).sort()).toEqual([
      "create monitoring-shared-db-exporter",
      "update monitoring-control-db-exporter",
    ]);
    expect(shown.stdout).toMatch(/container/);
    // What was accepted is put right as well, and forgotten.
    expect((await supalove("up", "--refresh")).exitCode).toBe(0);
    expect(await readStatus()).toMatchObject({ healthy: true, drift: null });
    const right = await supalove("drift");
    expect(right.stdout).toMatch(/no drift/);
    expect(right.stdout).not.toMatch(/accepted/);
  });
});
