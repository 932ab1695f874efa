import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, liveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { ended, succeeded } from "../harness/operations.ts";
import { instance, readStatus, supalove } from "../harness/platform.ts";
import { containerOf, docker } from "../harness/stack.ts";

const label = `label=supalove.instance=${instance}`;
const ids = async (...list: string[]) =>
  (await docker(...list, "--filter", label, "--quiet")).split("\n").filter((id) => id !== "");

/** Names of everything that Docker has of the instance. */
async function everything(): Promise<string[]> {
  const lists = await Promise.all([
    docker("ps", "--all", "--filter", label, "--format", "{{.Names}}"),
    docker("network", "ls", "--filter", label, "--format", "{{.Name}}"),
    docker("volume", "ls", "--filter", label, "--format", "{{.Name}}"),
  ]);
  return lists.flatMap((names) => names.split("\n")).sort();
}

/** All containers and networks of the instance, its projects' included; volumes stay. */
async function removeEverythingThatRuns(): Promise<void> {
  await execa("docker", ["rm", "--force", ...(await ids("ps", "--all"))]);
  await execa("docker", ["network", "rm", ...(await ids("network", "ls"))]);
}

describe("a disaster", { timeout: 600_000 }, () => {
  const projects: LiveProject[] = [];
  const network = () => containerOf(projects[0]?.ref ?? "");
  let paused: LiveProject;

  beforeAll(async () => {
    for (const plan of ["dedicated", "dedicated", "shared", "shared"]) {
      const project = await createProject("disaster", { plan });
      await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
      projects.push(project);
    }
    paused = await createProject("disaster", { plan: "dedicated" });
    await succeeded(`/v1/projects/${paused.ref}/pause`);
  });
  afterAll(async () => {
    for (const { ref } of [...projects, paused]) await deleteProject(ref, { seconds: 120 });
  });

  it("that takes every container and network is undone by running everything again, data and keys unchanged", async () => {
    const before = await everything();
    await removeEverythingThatRuns();
    const { exitCode, stdout, stderr } = await supalove("up", "--all", "--json");
    expect(exitCode, stderr).toBe(0);
    const report = JSON.parse(stdout) as { ref: string; result: string }[];
    for (const { ref } of [...projects, paused]) {
      expect(report.find((project) => project.ref === ref)).toMatchObject({ result: "back" });
    }
    expect((await readStatus()).healthy).toBe(true);
    expect(await everything()).toEqual(before);
    for (const project of projects) {
      const now = await liveProject(project.ref);
      const { anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret, url } = project;
      expect(now).toMatchObject({ anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret, url });
      expect((await client(now, serviceRoleKey).from("kept").select("id")).data).toEqual([{ id: 1 }]);
    }
    expect((await api<{ status: string }>(`/v1/projects/${paused.ref}`)).body.status).toBe("INACTIVE");
    expect(await docker("ps", "--all", "--quiet", "--filter", `label=supalove.project=${paused.ref}`)).toBe("");
  });

  it.each([
    ["stand still", (names: string[]) => docker("stop", "--time", "30", ...names)],
    [
      "run",
      (names: string[]) =>
        Promise.all(names.map((name) => docker("network", "disconnect", "--force", network(), name))),
    ],
  ])("that takes a project's network alone is undone while its containers %s", async (_how, leave) => {
    const { ref, serviceRoleKey } = projects[0] as LiveProject;
    await leave(["db", "rest", "meta", "gateway"].map((service) => containerOf(ref, service)));
    await docker("network", "rm", network());
    const { operation_id } = (
      await api<{ operation_id: string }>(`/v1/projects/${ref}/drift/repair`, { method: "POST" })
    ).body;
    expect(await ended(operation_id)).toMatchObject({ status: "succeeded" });
    expect(
      (
        await client(projects[0] as LiveProject, serviceRoleKey)
          .from("kept")
          .select("id")
      ).data,
    ).toEqual([{ id: 1 }]);
  });

  it("that takes a shared project's database is told in the report, and never covered by an empty one", async () => {
    const project = await createProject("lost", { plan: "shared" });
    await docker(
      ...["exec", `${instance}-shared-db`, "psql", "-U", "supabase_admin", "-d", "postgres"],
      ...["-c", `drop database db_${project.ref} with (force)`],
    );
    const { exitCode, stdout, stderr } = await supalove("up", "--all", "--json");
    expect(exitCode, stderr).toBe(1);
    const report = JSON.parse(stdout) as { ref: string; result: string; code: string | null }[];
    expect(report.filter(({ result }) => result === "failed")).toMatchObject([
      { ref: project.ref, code: "database_missing" },
    ]);
    expect((await api<{ status: string }>(`/v1/projects/${project.ref}`)).body.status).toBe("ACTIVE_UNHEALTHY");
    await deleteProject(project.ref, { seconds: 120 });
  });

  it("that takes a project's data volume is told, and never covered by an empty one", async () => {
    const project = await createProject("lost", { plan: "dedicated" });
    await docker("rm", "--force", containerOf(project.ref, "db"));
    await docker("volume", "rm", containerOf(project.ref, "data"));
    await succeeded(`/v1/projects/${project.ref}/drift`);
    const drift = await api<{ changes: { summary: string; destructive: boolean }[] }>(
      `/v1/projects/${project.ref}/drift`,
    );
    expect(drift.body.changes).toContainEqual(
      expect.objectContaining({ destructive: true, summary: expect.stringContaining("all its data with it") }),
    );
    const repair = await api<{ operation_id: string }>(`/v1/projects/${project.ref}/drift/repair`, { method: "POST" });
    expect(await ended(repair.body.operation_id)).toMatchObject({
      status: "failed",
      error: { code: "data_volume_missing" },
    });
    expect(await docker("volume", "ls", "--quiet", "--filter", `label=supalove.project=${project.ref}`)).toBe("");
    await deleteProject(project.ref, { seconds: 120 });
  });
});
