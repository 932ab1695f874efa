import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  api,
  createProject,
  deleteProject,
  type LiveProject,
  type Project,
  projectWithStatus,
  sql,
  uniqueName,
} from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { connect, sqlState } from "../harness/cluster.ts";
import { adminToken, instance, platform, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

const PASSWORD = "Direct-Connection-1";

interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly project_ref: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** What of a project is left in the shared cluster: its database and its roles. */
async function leftovers(ref: string): Promise<string> {
  const query = `select datname from pg_database where datname like '%${ref}%' union all select rolname from pg_roles where rolname like '%${ref}%'`;
  const { stdout } = await execa("docker", [
    "exec",
    "-u",
    "postgres",
    `${instance}-shared-db`,
    "psql",
    "-U",
    "supabase_admin",
    "-d",
    "postgres",
    "-Atc",
    query,
  ]);
  return stdout.trim();
}

describe("a project's life", () => {
  let project: LiveProject;
  let neighbour: LiveProject;
  beforeAll(async () => {
    [project, neighbour] = await Promise.all([
      createProject("life", { db_pass: PASSWORD }),
      createProject("neighbour"),
    ]);
    for (const { ref } of [project, neighbour]) {
      await sql(ref, "create table public.kept (id int); insert into public.kept values (1)");
    }
  });
  afterAll(() => neighbour && deleteProject(neighbour.ref));

  const rows = async (p: LiveProject) => client(p, p.serviceRoleKey).from("kept").select("id");

  it("is listed, shown, and its creation is an operation with an event stream", async () => {
    const list = await api<Project[]>("/v1/projects");
    expect(list.body.map((p) => p.ref)).toContain(project.ref);
    const operations = await api<Operation[]>(`/v1/operations?project_ref=${project.ref}`);
    expect(operations.body).toMatchObject([{ kind: "up", status: "succeeded", project_ref: project.ref }]);
    const { urls } = await platform();
    const events = await fetch(`${urls.api}/v1/operations/${operations.body[0]?.id}/events`, {
      headers: { authorization: `Bearer ${await adminToken()}` },
    });
    expect(events.headers.get("content-type")).toContain("text/event-stream");
    const text = await events.text();
    expect(text).toContain("id: 1\n");
    expect(text).toContain('"succeeded"');
    for (const secret of [project.jwtSecret, project.anonKey, project.serviceRoleKey])
      expect(text).not.toContain(secret);
  });

  it("renames without touching a resource", async () => {
    const name = uniqueName("renamed");
    expect((await api(`/v1/projects/${project.ref}`, { method: "PATCH", body: { name } })).status).toBe(200);
    expect((await api<Project>(`/v1/projects/${project.ref}`)).body.name).toBe(name);
    expect(await rows(project)).toMatchObject({ error: null, data: [{ id: 1 }] });
  });

  it("pauses: 503 with a clear body, data kept, and comes back", async () => {
    expect((await api(`/v1/projects/${project.ref}/pause`, { method: "POST" })).status).toBeLessThan(300);
    await projectWithStatus(project.ref, ["INACTIVE"]);
    const refused = await sleepUntil(
      "the gateway to refuse",
      async () => {
        const answer = await fetch(`${project.url}/rest/v1/kept`, { headers: { apikey: project.anonKey } });
        return answer.status === 503 ? answer : undefined;
      },
      5,
    );
    expect(await refused.json()).toMatchObject({ code: "project_paused" });
    const direct = () => connect(`postgres_${project.ref}`, PASSWORD, `db_${project.ref}`).then((c) => c.end());
    expect(await sqlState(direct())).toBe("57P03");
    expect((await rows(neighbour)).error).toBeNull();

    expect((await api(`/v1/projects/${project.ref}/restore`, { method: "POST" })).status).toBeLessThan(300);
    await projectWithStatus(project.ref, ["ACTIVE_HEALTHY"]);
    expect(
      await sleepUntil(
        "rows again",
        async () => {
          const answer = await rows(project);
          return answer.error ? undefined : answer;
        },
        5,
      ),
    ).toMatchObject({ data: [{ id: 1 }] });
    expect(await sqlState(direct())).toBeUndefined();
  });

  it("is deleted with everything it had, and nobody else's", async () => {
    const answer = await api<Project>(`/v1/projects/${project.ref}`, { method: "DELETE" });
    expect(answer.status).toBe(200);
    const during = await api<Project>(`/v1/projects/${project.ref}`);
    expect([during.status, during.body.status]).toContain(during.status === 404 ? 404 : "GOING_DOWN");
    await sleepUntil(
      "the project to be gone",
      async () => (await api(`/v1/projects/${project.ref}`)).status === 404 || undefined,
    );
    expect(await leftovers(project.ref)).toBe("");
    expect((await fetch(`${project.url}/rest/v1/kept`, { headers: { apikey: project.anonKey } })).status).toBe(404);
    expect(await rows(neighbour)).toMatchObject({ error: null, data: [{ id: 1 }] });
    expect((await api(`/v1/projects/${project.ref}`, { method: "DELETE" })).status).toBe(404);
  });

  it("runs from the command line too", async () => {
    const name = uniqueName("cli");
    const created = await supalove("projects", "create", name, "--plan", "shared", "--wait", "--json");
    expect(created.exitCode, created.stderr).toBe(0);
    const { ref } = JSON.parse(created.stdout) as Project;
    const listed = await supalove("projects", "list", "--json");
    expect((JSON.parse(listed.stdout) as Project[]).map((p) => p.ref)).toContain(ref);
    const shown = await supalove("projects", "show", ref, "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({ ref, name, status: "ACTIVE_HEALTHY" });
    const deleted = await supalove("projects", "delete", ref, "--yes", "--wait");
    expect(deleted.exitCode, deleted.stderr).toBe(0);
    expect((await api(`/v1/projects/${ref}`)).status).toBe(404);
  });
});
