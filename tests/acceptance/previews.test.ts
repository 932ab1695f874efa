import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  api,
  createProject,
  deleteProject,
  type LiveProject,
  liveProject,
  type Project,
  projectWithStatus,
  sql,
  uniqueName,
} from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { connect } from "../harness/cluster.ts";
import { EVERY_VICTIM } from "../harness/killing.ts";
import { adminToken, instance, platform, settingsFile, supalove, withSettings } from "../harness/platform.ts";
import { platformSecrets, secretsIn } from "../harness/secrets.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

interface Change {
  readonly type: string;
  readonly op: string;
  readonly destructive: boolean;
  readonly summary: string;
  readonly detailed: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
}

interface Preview {
  readonly id: string;
  readonly kind: string;
  readonly project_ref: string;
  readonly operation_id: string;
  readonly applied_operation_id: string | null;
  readonly status: string;
  readonly digest: string | null;
  readonly destructive: boolean;
  readonly confirm: string | null;
  readonly summary: string;
  readonly changes: readonly Change[];
  readonly error: { readonly code: string } | null;
}

interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly error: { readonly code: string; readonly next_step: string } | null;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

const ended = (status: string) => ["succeeded", "failed", "cancelled"].includes(status);

async function startPreview(path: string, body: Record<string, unknown>): Promise<Preview> {
  const started = await api<{ id: string; operation_id: string; project_ref: string }>(path, { body });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return (await api<Preview>(`/v1/previews/${started.body.id}`)).body;
}

const untilMade = ({ id }: Preview) =>
  sleepUntil(
    `preview ${id} to be made`,
    async () => {
      const { body } = await api<Preview>(`/v1/previews/${id}`);
      return body.status === "queued" || body.status === "running" ? undefined : body;
    },
    90,
  );

async function preview(path: string, body: Record<string, unknown>): Promise<Preview> {
  const made = await untilMade(await startPreview(path, body));
  expect(made.status, JSON.stringify(made.error)).toBe("ready");
  return made;
}
const previewOf = (ref: string, body: Record<string, unknown>) => preview(`/v1/projects/${ref}/previews`, body);

const startApply = (p: Preview, more: Record<string, unknown> = {}) =>
  api<{ operation_id: string; code?: string; next_step?: string }>(`/v1/projects/${p.project_ref}/operations`, {
    body: { preview_id: p.id, ...more },
  });

async function apply(p: Preview, more: Record<string, unknown> = {}): Promise<Operation> {
  const started = await startApply(p, more);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return sleepUntil(
    "the apply to end",
    async () => {
      const { body } = await api<Operation>(`/v1/operations/${started.body.operation_id}`);
      return ended(body.status) ? body : undefined;
    },
    90,
  );
}

/** Asks a database of the platform as its superuser, from inside its container. */
async function ask(service: string, database: string, query: string): Promise<string> {
  const psql = ["psql", "-U", "supabase_admin", "-d", database, "-Atc", query];
  const { stdout } = await execa("docker", ["exec", "-u", "postgres", `${instance}-${service}`, ...psql]);
  return stdout.trim();
}

/** What there is of a project anywhere: in the cluster, in the stacks' state, in the data plane, in the runner's folders. */
async function traces(ref: string): Promise<string> {
  const found = await Promise.all([
    ask(
      "shared-db",
      "postgres",
      `select datname from pg_database where datname like '%${ref}%' union all select rolname from pg_roles where rolname like '%${ref}%'`,
    ),
    stateOf(ref),
    ask("control-db", "supalove", `select ref from projects where ref = '${ref}'`),
    ask("control-db", "supalove", `select ref from registry.tenants where ref = '${ref}'`),
    foldersOf(ref),
  ]);
  return found.join("");
}

/** The stacks' state as it lies in the control database; the engine makes its table with the first stack. */
async function stateOf(ref: string): Promise<string> {
  if ((await ask("control-db", "pulumi", "select to_regclass('pulumi_state')")) === "") return "";
  return ask(
    "control-db",
    "pulumi",
    `select key, md5(data::text) from pulumi_state where key like '%${ref}%' order by key`,
  );
}

/** Files and folders of the runner that bear a project's ref; the engine's own encrypted logs, which it rotates, aside. */
async function foldersOf(ref: string): Promise<string> {
  const find = `find / -xdev -path /opt/pulumi/logs -prune -o -name '*${ref}*' -print 2>/dev/null || true`;
  const { stdout } = await execa("docker", ["exec", `${instance}-runner`, "sh", "-c", find]);
  return stdout.trim();
}

async function events(operation: string): Promise<string> {
  const { urls } = await platform();
  const headers = { authorization: `Bearer ${await adminToken()}` };
  return (await fetch(`${urls.api}/v1/operations/${operation}/events`, { headers })).text();
}

const secretsOf = (p: LiveProject) => [p.anonKey, p.serviceRoleKey, p.publishableKey, p.secretKey, p.jwtSecret];

function expectNoSecret(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("hex")];
    for (const form of forms) expect(text).not.toContain(form);
  }
}

describe("the preview of a project to be created", () => {
  const brought = { db_pass: 'a\'very "own" password/1', jwt_secret: "j".repeat(20) + "k".repeat(20) };
  const name = uniqueName("planned");
  let found: Preview;

  it("says in plain words what would be made, and makes nothing", async () => {
    const body = { name, plan: "shared", size: "small", extensions: ["hstore"], ...brought };
    found = await preview("/v1/previews", body);
    expect(found).toMatchObject({ kind: "create", destructive: false, confirm: null, applied_operation_id: null });
    for (const words of [
      `the project "${name}" will be created`,
      `a database will be created (db_${found.project_ref})`,
      "the extension hstore will be installed",
    ]) {
      expect(found.summary).toContain(words);
    }
    expect(found.changes.every(({ op, destructive }) => op === "create" && !destructive)).toBe(true);
    expect(await traces(found.project_ref)).toBe("");
    expect((await api(`/v1/projects/${found.project_ref}`)).status).toBe(404);
  });

  it("holds none of the secrets that were brought along, nor does its operation", async () => {
    const secrets = Object.values(brought);
    expectNoSecret(JSON.stringify(found), secrets);
    expectNoSecret(await events(found.operation_id), secrets);
    expectNoSecret(
      await ask("control-db", "supalove", `select to_json(p) from previews p where id = '${found.id}'`),
      secrets,
    );
    expect(JSON.stringify(found.changes)).toContain("[secret]");
  });

  it("is applied as exactly what it showed", async () => {
    const operation = await apply(found);
    expect(operation).toMatchObject({ kind: "up", status: "succeeded" });
    const project = await liveProject(found.project_ref);
    expect(project).toMatchObject({ name, size: "small" });
    expect(project.jwtSecret).toBe(brought.jwt_secret);
    const session = await connect(`postgres_${project.ref}`, brought.db_pass, `db_${project.ref}`);
    const rows = await session.query("select extname from pg_extension where extname = 'hstore'");
    await session.end();
    expect(rows.rowCount).toBe(1);
    expect(await previewOf(project.ref, {})).toMatchObject({ summary: "no change", changes: [] });
    expect((await api<Preview>(`/v1/previews/${found.id}`)).body).toMatchObject({
      status: "applied",
      applied_operation_id: operation.id,
    });
    expect(await startApply(found)).toMatchObject({ status: 409, body: { code: "preview_applied" } });
    await deleteProject(project.ref);
  });
});

describe("previews of a project", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("previewed");
    await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
  });
  afterAll(() => deleteProject(project.ref));

  const rows = async () => client(project, project.serviceRoleKey).from("kept").select("id");
  const limitOf = (role: string) =>
    ask("shared-db", "postgres", `select rolconnlimit from pg_roles where rolname = '${role}_${project.ref}'`);

  it("answer no change to a body that asks for nothing, and leave the state as it was", async () => {
    const before = await stateOf(project.ref);
    expect(before).not.toBe("");
    const found = await previewOf(project.ref, {});
    expect(found).toMatchObject({ summary: "no change", changes: [], destructive: false });
    await previewOf(project.ref, { refresh: true });
    await previewOf(project.ref, { size: "large" });
    await previewOf(project.ref, { delete: true });
    expect(await stateOf(project.ref)).toBe(before);
    expect((await api<Project>(`/v1/projects/${project.ref}`)).body.status).toBe("ACTIVE_HEALTHY");
  });

  it("show the connection limits of another size, and applying sets them", async () => {
    const before = Number(await limitOf("authenticator"));
    const found = await previewOf(project.ref, { size: "small" });
    expect(found.summary).toMatch(new RegExp(`connection limit ${before} -> \\d+ \\(REST\\)`));
    expect(found.summary).toContain("size micro -> small");
    expect(found.changes.map(({ op }) => op)).not.toContain("replace");
    const wished = found.changes.flatMap((c) => c.detailed).find(({ path }) => path === "limits.authenticator")?.after;
    expect(await apply(found)).toMatchObject({ status: "succeeded" });
    expect(Number(await limitOf("authenticator"))).toBe(wished);
    const { body } = await api<Project & { size: string }>(`/v1/projects/${project.ref}`);
    expect(body).toMatchObject({ size: "small", status: "ACTIVE_HEALTHY" });
    expect(await rows()).toMatchObject({ error: null, data: [{ id: 1 }] });
  });

  it("show extensions and a new name, and applying brings them", async () => {
    const name = uniqueName("renamed");
    const found = await previewOf(project.ref, { name, extensions: ["hstore"] });
    expect(found.summary).toContain("the extension hstore will be installed");
    expect(found.summary).toContain(`-> ${name}`);
    expect(await apply(found)).toMatchObject({ status: "succeeded" });
    expect((await api(`/v1/projects/${project.ref}`)).body).toMatchObject({ name, extensions: ["hstore"] });
    await sql(project.ref, "select 'a=>1'::extensions.hstore");
  });

  it("are stale after another change in between", async () => {
    const found = await previewOf(project.ref, { size: "medium" });
    const patched = await api<{ operation_id: string | null }>(`/v1/projects/${project.ref}`, {
      method: "PATCH",
      body: { extensions: ["hstore", "ltree"] },
    });
    expect(patched.body.operation_id).toMatch(/^op_/);
    expect((await api<Preview>(`/v1/previews/${found.id}`)).body.status).toBe("stale");
    const refused = await startApply(found);
    expect(refused).toMatchObject({ status: 409, body: { code: "preview_stale" } });
    expect(refused.body.next_step).toMatch(/new preview/);
    await sleepUntil("the change", async () => {
      const { body } = await api<Operation>(`/v1/operations/${patched.body.operation_id}`);
      return ended(body.status) || undefined;
    });
  });

  it("with refresh catch in the second look what somebody changed by hand after them", async () => {
    const found = await previewOf(project.ref, { size: "medium", refresh: true });
    expect(found.summary).not.toContain("put right");
    const limit = await limitOf("storage_admin");
    await ask("shared-db", "postgres", `alter role storage_admin_${project.ref} connection limit 77`);
    const operation = await apply(found);
    expect(operation).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect((await api<Preview>(`/v1/previews/${found.id}`)).body.status).toBe("stale");
    expect(await limitOf("storage_admin")).toBe("77");
    expect((await api(`/v1/projects/${project.ref}`)).body).toMatchObject({ size: "small", status: "ACTIVE_HEALTHY" });

    const seen = await previewOf(project.ref, { refresh: true });
    expect(seen.summary).toMatch(/put right: role storage_admin_.*77 connections/);
    expect(await apply(seen)).toMatchObject({ status: "succeeded" });
    expect(await limitOf("storage_admin")).toBe(limit);
    expect(await previewOf(project.ref, { refresh: true })).toMatchObject({ summary: "no change" });
  });

  it("never show a secret of the stack, in no kind of preview, nor do their operations", async () => {
    const secrets = [...secretsOf(project)];
    for (const body of [{ size: "large", extensions: [] }, { refresh: true }, { delete: true }]) {
      const found = await previewOf(project.ref, body);
      expectNoSecret(JSON.stringify(found), secrets);
      expectNoSecret(await events(found.operation_id), secrets);
    }
  });

  it("of a pause and of its end say what closes and opens, and applying them does that", async () => {
    const pause = await previewOf(project.ref, { pause: true });
    expect(pause.summary).toContain("its database lets nobody in, and whoever is connected is sent away");
    expect(await rows()).toMatchObject({ error: null });
    expect(await apply(pause)).toMatchObject({ kind: "pause", status: "succeeded" });
    expect(await rows()).toMatchObject({ status: 503 });
    expect((await api(`/v1/projects/${project.ref}/previews`, { body: { pause: true } })).body).toMatchObject({
      code: "project_not_ready",
    });
    const resume = await previewOf(project.ref, { resume: true });
    expect(resume.summary).toContain("its database lets its logins in again");
    expect(await apply(resume)).toMatchObject({ kind: "resume", status: "succeeded" });
    expect(await rows()).toMatchObject({ error: null, data: [{ id: 1 }] });
  });

  it("wait for their turn behind a change, and show what comes after it", async () => {
    const patched = await api<{ operation_id: string | null }>(`/v1/projects/${project.ref}`, {
      method: "PATCH",
      body: { extensions: ["hstore", "ltree", "cube"] },
    });
    expect(patched.body.operation_id).not.toBeNull();
    const found = await previewOf(project.ref, { extensions: ["hstore", "ltree", "cube"] });
    expect(found.summary).toBe("no change");
  });

  it("run from the command line, in words and as JSON", async () => {
    const shown = await supalove("projects", "preview", project.ref, "--size", "large");
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(/^[~ ] size \w+ -> large$/m);
    expect(shown.stdout).toMatch(/^[~ ] connection limit \d+ -> \d+ \(REST\)$/m);
    expect(shown.stdout).toMatch(/\d+ to change/);
    const id = /projects apply (prv_\w+)/.exec(shown.stderr)?.[1] ?? "";
    const applied = await supalove("projects", "apply", id);
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(applied.stdout).toContain("succeeded");
    const json = await supalove("projects", "preview", project.ref, "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ status: "ready", summary: "no change" });
    const updated = await supalove("projects", "update", project.ref, "--size", "micro", "--wait", "--json");
    expect(updated.exitCode, updated.stderr).toBe(0);
    expect(JSON.parse(updated.stdout)).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
    const again = await supalove("projects", "apply", id);
    expect(again.exitCode).not.toBe(0);
    expect(again.stderr).toContain("next step:");
  });
});

describe("the preview of a deletion", () => {
  it("says what is lost, needs the name, and deletes", async () => {
    const project = await createProject("doomed");
    const found = await previewOf(project.ref, { delete: true });
    expect(found).toMatchObject({ kind: "delete", destructive: true, confirm: project.name });
    expect(found.summary).toContain(`the database db_${project.ref} is deleted: all its data is lost`);
    expect(found.changes.filter((c) => c.destructive)).toHaveLength(1);
    for (const more of [{}, { confirm: project.ref }, { confirm: "" }]) {
      expect(await startApply(found, more)).toMatchObject({ status: 409, body: { code: "confirmation_required" } });
    }
    const byHand = await supalove("projects", "apply", found.id);
    expect(byHand.exitCode).not.toBe(0);
    expect(byHand.stderr).toContain("all its data is lost");
    expect(byHand.stderr).toContain("--confirm");
    expect((await api<Project>(`/v1/projects/${project.ref}`)).body.status).toBe("ACTIVE_HEALTHY");
    const applied = await supalove("projects", "apply", found.id, "--confirm", project.name);
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect((await api(`/v1/projects/${project.ref}`)).status).toBe(404);
    const query = `select datname from pg_database where datname like '%${project.ref}%'`;
    expect(await ask("shared-db", "postgres", query)).toBe("");
    expect((await api<Preview>(`/v1/previews/${found.id}`)).body.status).toBe("applied");
  });
});

describe("the preview of the platform itself", () => {
  it("answers no change in words, shows no secret, and prints JSON on demand", async () => {
    const shown = await supalove("up", "--preview");
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout.trim()).toBe("no change");
    const json = await supalove("up", "--preview", "--json");
    expect(JSON.parse(json.stdout)).toEqual({ digest: expect.stringMatching(DIGEST), confirm: null, changes: [] });
  });

  it("tells a changed setting in plain words, shows no secret, and changes nothing", async () => {
    const file = await settingsFile();
    const kept = await readFile(file, "utf8");
    const mailPassword = randomBytes(18).toString("base64url");
    const secrets = new Map([...(await platformSecrets()), ["the mail server's password", mailPassword]]);
    try {
      await writeFile(
        file,
        withSettings(
          kept,
          'supalove:signUp: "false"',
          `supalove:mail: '{"host":"mail.example","port":587,"from":"us@mail.example","username":"us"}'`,
          `supalove:mailPassword: ${JSON.stringify(mailPassword)}`,
        ),
      );
      const shown = await supalove("up", "--preview");
      expect(shown.exitCode, shown.stderr).toBe(0);
      const lines = shown.stdout.trim().split("\n");
      expect(lines.slice(0, 3)).toEqual([
        "~ people may no longer make accounts for themselves",
        "  people can have their password reset by mail",
        "  mail is sent by mail.example, port 587, as us@mail.example",
      ]);
      expect(lines).toContain("      registrationAllowed: true -> false");
      expect(lines.at(-1)).toBe("1 to change");
      const next = /^To do exactly this: \.\/supalove up --digest (sha256:[0-9a-f]{64})$/m.exec(shown.stderr)?.[1];
      const json = await supalove("up", "--preview", "--json");
      // Looked at twice, it is the same plan.
      expect(JSON.parse(json.stdout)).toMatchObject({
        digest: next,
        confirm: null,
        changes: [{ op: "update", destructive: false }],
      });
      expect(json.stdout).toContain('"password": "[secret]"');
      for (const text of [shown.stdout, shown.stderr, json.stdout, json.stderr]) {
        expect(secretsIn(text, secrets)).toEqual([]);
      }
    } finally {
      await writeFile(file, kept);
    }
    const after = await supalove("up", "--preview");
    expect(after.stdout.trim(), after.stderr).toBe("no change");
  });

  it("is done by its digest as exactly what was shown, or not at all", { timeout: 400_000 }, async () => {
    const file = await settingsFile();
    const kept = await readFile(file, "utf8");
    const mail = (port: number) =>
      writeFile(
        file,
        withSettings(kept, `supalove:mail: '{"host":"mail.example","port":${port},"from":"us@mail.example"}'`),
      );
    const plan = async () => {
      const { stdout } = await supalove("up", "--preview", "--json");
      return JSON.parse(stdout) as { digest: string; changes: readonly Change[] };
    };
    try {
      await mail(587);
      const shown = await plan();
      expect(shown.changes).toHaveLength(1);
      await mail(2525);
      const stale = await supalove("up", "--digest", shown.digest);
      expect(stale).toMatchObject({ exitCode: 1, stdout: "" });
      expect(stale.stderr).toMatch(/nothing was changed \(preview_stale\)\n {2}next step: /);
      await mail(587);
      // Made with a look or without: a plan of one kind is none of the other.
      const looked = await supalove("up", "--refresh", "--digest", shown.digest);
      expect(looked.stderr).toContain("(preview_stale)");
      expect(await plan()).toEqual(shown);
      const done = await supalove("up", "--digest", shown.digest);
      expect(done.exitCode, done.stderr).toBe(0);
      expect(done.stdout).toContain("is up and healthy (1 resources changed");
      expect((await plan()).changes).toEqual([]);
      expect((await supalove("up", "--digest", shown.digest)).stderr).toContain("(preview_stale)");
    } finally {
      await writeFile(file, kept);
      const back = await supalove("up");
      expect(back.exitCode, back.stderr).toBe(0);
    }
    expect((await plan()).changes).toEqual([]);
  });
});

describe("a runner that is killed in mid-preview", () => {
  const crash = async () => {
    const { stdout } = await execa("docker", ["inspect", "-f", "{{.State.Pid}}", `${instance}-runner`]);
    await execa("kill", ["-9", stdout.trim()]);
  };

  it.each(EVERY_VICTIM ? [100, 500, 900] : [500])(
    "after %d ms: the preview is made all the same, and nothing is left of it",
    async (ms) => {
      const project = await createProject("crashed");
      const before = await stateOf(project.ref);
      const create = await startPreview("/v1/previews", { name: uniqueName("never"), plan: "shared" });
      const change = await startPreview(`/v1/projects/${project.ref}/previews`, { size: "small" });
      await new Promise((resolve) => setTimeout(resolve, ms));
      await crash();
      for (const started of [create, change]) expect((await untilMade(started)).status).toBe("ready");
      expect(await traces(create.project_ref)).toBe("");
      expect(await stateOf(project.ref)).toBe(before);
      await projectWithStatus(project.ref, ["ACTIVE_HEALTHY"]);
      await deleteProject(project.ref);
    },
  );
});
