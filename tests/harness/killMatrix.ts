import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createProject, deleteProject, type LiveProject, type Project, sql, uniqueName } from "./api.ts";
import { askServer } from "./askServer.ts";
import {
  deletePatiently,
  ended,
  healthy,
  intact,
  MOMENTS,
  moment,
  patiently,
  RECOVERY_SECONDS,
  SEED,
  strike,
} from "./killing.ts";
import { expectNothingBehind } from "./leftBehind.ts";
import { instance } from "./platform.ts";
import { sleepUntil } from "./sleepUntil.ts";
import { docker } from "./stack.ts";
import { enginesAtWork, type Victims } from "./victims.ts";

/** An operation on an idle machine takes about this long; later moments would find it finished. */
const SPAN_MS = 2_200;

/** Everything that is left of projects in the world, which has to be what the API says and nothing more. */
async function world() {
  const inCluster = "select datname from pg_database where datname ~ '^db_' order by 1";
  const roles =
    "select distinct substring(rolname from '[a-z]{20}$') from pg_roles where rolname ~ '_[a-z]{20}$' order by 1";
  const states =
    "select distinct substring(key from '/([a-z]{20})\\.json') from pulumi_state where key ~ '/[a-z]{20}\\.json' order by 1";
  const locks = "select key from pulumi_state where key ~ '/locks/'";
  // All projects of the matrix are shared: a container of one is a container too many.
  const containers = [
    "ps",
    "--all",
    "--filter",
    `label=supalove.instance=${instance}`,
    "--filter",
    "label=supalove.project",
  ];
  const stacks = ["exec", `${instance}-runner`, "sh", "-c", "ls /tmp/supalove-stacks"];
  return {
    databases: (await askServer("shared-db", "postgres", inCluster)).map((name) => name.slice("db_".length)),
    roles: await askServer("shared-db", "postgres", roles),
    states: await askServer("control-db", "pulumi", states),
    tenants: await askServer("control-db", "supalove", "select ref from registry.tenants order by 1"),
    locks: await askServer("control-db", "pulumi", locks),
    engines: await enginesAtWork(),
    containers: (await docker(...containers, "--format", "{{.Names}}")).split("\n").filter((name) => name !== ""),
    folders: (await execa("docker", stacks)).stdout.split("\n").filter((name) => /^preview-/.test(name)),
  };
}

async function expectAgreement(): Promise<void> {
  const { body } = await patiently<Project[]>("/v1/projects");
  const refs = body.map(({ ref }) => ref).sort();
  expect(body.map(({ status }) => status).filter((status) => status !== "ACTIVE_HEALTHY")).toEqual([]);
  // The engine's process ends a moment after the operation.
  await sleepUntil("no engine to be at work", async () => (await enginesAtWork()).length === 0 || undefined, 20);
  expect(await world()).toEqual({
    databases: refs,
    roles: refs,
    states: refs,
    tenants: refs,
    locks: [],
    engines: [],
    containers: [],
    folders: [],
  });
  await expectNothingBehind(refs);
}

/**
 * Defines the cases: each victim is killed at a random moment of each kind of operation. Afterwards the operation has ended
 * as it should, API and world agree, nothing is left behind and nothing is lost.
 */
export function describeKills(victims: Victims): void {
  describe(`kills, seed ${SEED}`, { timeout: 3 * RECOVERY_SECONDS * 1000 }, () => kills(victims));
}

function kills(victims: Victims): void {
  let bystander: LiveProject;
  beforeAll(async () => {
    // What a file before this one left would be found in the world, and taken for a kill's.
    for (const { ref } of (await patiently<Project[]>("/v1/projects")).body) await deletePatiently(ref);
    bystander = await createProject("bystander");
    await sql(bystander.ref, "create table public.kept (id int); insert into public.kept values (1)");
  });
  afterAll(() => bystander && deleteProject(bystander.ref));
  // A case that failed must not take the next ones with it.
  afterEach(async () => {
    const { body } = await patiently<Project[]>("/v1/projects");
    for (const { ref } of body.filter((project) => project.ref !== bystander.ref)) await deletePatiently(ref);
  });

  const cases = Object.entries(victims).flatMap(([name, kill]) =>
    Array.from({ length: MOMENTS }, () => [name, moment(SPAN_MS), kill] as const),
  );

  it.each(cases)("%s, %d ms into a create: the project comes to be, or nothing of it", async (_name, after, kill) => {
    const created = await patiently<Project>("/v1/projects", { body: { name: uniqueName("kill"), plan: "shared" } });
    const { ref, operation_id = "" } = created.body;
    await strike(kill, after, operation_id);
    const operation = await ended(operation_id);
    await healthy();
    if (operation.status === "succeeded") {
      await sql(ref, "select 1");
    } else {
      // Rolled back: the project says so, and only its row is left.
      expect((await patiently<Project>(`/v1/projects/${ref}`)).body.status).toBe("INIT_FAILED");
      expect(
        await askServer("shared-db", "postgres", `select datname from pg_database where datname = 'db_${ref}'`),
      ).toEqual([]);
    }
    await deletePatiently(ref);
    await intact(bystander);
    await expectAgreement();
  });

  it.each(cases)("%s, %d ms into a change: it is made wholly or not at all", async (_name, after, kill) => {
    const project = await createProject("change");
    await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
    const made = async () => ({
      limit: await askServer(
        "shared-db",
        "postgres",
        `select rolconnlimit from pg_roles where rolname = 'postgres_${project.ref}'`,
      ),
      installed: await askServer(
        "shared-db",
        `db_${project.ref}`,
        "select extname from pg_extension where extname = 'hstore'",
      ),
    });
    const before = await made();
    const change = await patiently<{ operation_id: string }>(`/v1/projects/${project.ref}`, {
      method: "PATCH",
      body: { size: "small", extensions: ["hstore"] },
    });
    await strike(kill, after, change.body.operation_id);
    await ended(change.body.operation_id);
    await healthy();
    const settled = await sleepUntil(
      "the project to be healthy",
      async () => {
        const { body } = await patiently<Project & { size: string }>(`/v1/projects/${project.ref}`);
        return body.status === "ACTIVE_HEALTHY" ? body : undefined;
      },
      RECOVERY_SECONDS,
    );
    expect(["micro", "small"]).toContain(settled.size);
    expect(await made()).toEqual(settled.size === "small" ? { limit: ["15"], installed: ["hstore"] } : before);
    await intact(project);
    await intact(bystander);
    await deletePatiently(project.ref);
    await expectAgreement();
  });

  it.each(cases)("%s, %d ms into a destroy: nothing is left", async (_name, after, kill) => {
    const project = await createProject("destroy");
    const { body } = await patiently<{ operation_id: string }>(`/v1/projects/${project.ref}`, { method: "DELETE" });
    await strike(kill, after, body.operation_id);
    const operation = await ended(body.operation_id);
    await healthy();
    // One that could not go on is told so, and goes on when asked again.
    if (operation.status !== "succeeded") await deletePatiently(project.ref);
    await intact(bystander);
    await expectAgreement();
  });
}
