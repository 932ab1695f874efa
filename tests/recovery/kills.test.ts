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
import { signIn } from "../harness/keycloakLogin.ts";
import { EVERY_VICTIM, patiently } from "../harness/killing.ts";
import { instance, platform, readStatus } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

const kill = (service: string) => execa("docker", ["kill", "--signal", "KILL", `${instance}-${service}`]);
/** Docker takes a killed container as stopped by hand; a crash from within is what its restart policy is for. */
const crash = (service: string) =>
  execa("docker", ["inspect", "-f", "{{.State.Pid}}", `${instance}-${service}`]).then(({ stdout }) =>
    execa("kill", ["-9", stdout.trim()]),
  );
const healthy = () =>
  sleepUntil("the platform to be healthy", async () => ((await readStatus()).healthy ? true : undefined), 120, 500);

describe("kills", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("kills");
    await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
  });
  afterAll(() => deleteProject(project.ref));

  const answers = () =>
    sleepUntil(
      "the project to answer",
      async () => {
        const answer = await client(project, project.serviceRoleKey).from("kept").select("id");
        return answer.error ? undefined : answer.data;
      },
      60,
    );

  // The moments in between are the kill matrix's.
  it.each(EVERY_VICTIM ? [0, 300, 700, 1200, 2000] : [0])(
    "runner killed %d ms into a create: the project still becomes healthy",
    async (ms) => {
      const created = await api<Project>("/v1/projects", { body: { name: uniqueName("midway"), plan: "shared" } });
      await new Promise((resolve) => setTimeout(resolve, ms));
      await crash("runner");
      await projectWithStatus(created.body.ref, ["ACTIVE_HEALTHY"], 120);
      await sql(created.body.ref, "select 1");
      await deleteProject(created.body.ref);
    },
  );

  it("api killed: tenants don't notice, and it comes back", async () => {
    const startedAt = async () =>
      (await execa("docker", ["inspect", "-f", "{{.State.StartedAt}}", `${instance}-api`])).stdout;
    const before = await startedAt();
    await crash("api");
    expect(await answers()).toEqual([{ id: 1 }]);
    // Until then Docker may tell of the health that the killed one had.
    await sleepUntil("the api to start again", async () => (await startedAt()) !== before || undefined);
    await healthy();
    expect((await patiently(`/v1/projects/${project.ref}`)).status).toBe(200);
  });

  it("control database stopped: known tenants keep working", async () => {
    await answers();
    await kill("control-db");
    try {
      for (let i = 0; i < 10; i++) {
        expect((await client(project, project.serviceRoleKey).from("kept").select("id")).data).toEqual([{ id: 1 }]);
      }
    } finally {
      await execa("docker", ["start", `${instance}-control-db`]);
    }
    await healthy();
  });

  it("control database crashed: heals by itself, and projects can be made again", async () => {
    await crash("control-db");
    expect(await answers()).toEqual([{ id: 1 }]);
    await healthy();
    const made = await createProject("after-crash");
    await deleteProject(made.ref);
  });

  it("Keycloak crashed: comes back with its accounts; tokens of the platform work meanwhile", async () => {
    await crash("keycloak");
    expect((await api("/v1/projects")).status).toBe(200);
    expect(await answers()).toEqual([{ id: 1 }]);
    await healthy();
    const { urls } = await platform();
    const wrong = signIn({ issuer: `${urls.keycloak}/realms/supalove` }, "admin", "not the password");
    await expect(wrong).rejects.toThrow(/invalid username or password/i);
  });

  it("PostgREST killed: the next request is served", async () => {
    await answers();
    await execa(
      "docker",
      ["exec", "-u", "0", `${instance}-gateway`, "sh", "-c", "kill -9 $(pidof postgrest) || true"],
      { reject: false },
    );
    expect(await answers()).toEqual([{ id: 1 }]);
  });

  it("shared cluster killed: heals by itself with its data", async () => {
    await crash("shared-db");
    expect(await answers()).toEqual([{ id: 1 }]);
    await healthy();
  });

  it("gateway killed: heals by itself", async () => {
    await crash("gateway");
    expect(await answers()).toEqual([{ id: 1 }]);
    await healthy();
  });
});
