import { execa } from "execa";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createProject, type LiveProject, type Project, sql, uniqueName } from "../harness/api.ts";
import { askServer } from "../harness/askServer.ts";
import {
  deletePatiently,
  EVERY_VICTIM,
  ended,
  healthy,
  intact,
  MOMENTS,
  moment,
  patiently,
  RECOVERY_SECONDS,
  SEED,
  strike,
} from "../harness/killing.ts";
import { expectNothingBehind } from "../harness/leftBehind.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf, remainsOf } from "../harness/stack.ts";
import { enginesAtWork, VICTIMS } from "../harness/victims.ts";

/* What works on a dedicated project's stack, killed at a random moment of each kind of operation. */

/** How long each operation takes on an idle machine: a moment after its end would prove nothing. */
const SPAN_MS = { create: 4_500, resize: 2_800, pause: 1_700, destroy: 4_000, destroyWithBackup: 8_000 };
type Span = keyof typeof SPAN_MS;

const { runner, "engine child": child, engine, plugin } = VICTIMS;
const victims = { runner, engine, ...(EVERY_VICTIM ? { "engine child": child, plugin } : {}) };
const cases = (span: Exclude<Span, `destroy${string}`>) =>
  Object.entries(victims).flatMap(([name, kill]) =>
    Array.from({ length: MOMENTS }, () => [name, moment(SPAN_MS[span]), kill as () => Promise<boolean>] as const),
  );

/** Every other one makes the last backup first, so that some kills hit that and some the engine at once. */
const destroys = Object.entries(victims).flatMap(([name, kill], victim) =>
  Array.from({ length: MOMENTS }, (_, at) => {
    const backup = (victim + at) % 2 === 0;
    const after = moment(backup ? SPAN_MS.destroyWithBackup : SPAN_MS.destroy);
    return [
      name,
      after,
      backup ? "a destroy with its backup" : "a destroy",
      backup,
      kill as () => Promise<boolean>,
    ] as const;
  }),
);

const inControl = (database: string, query: string) => askServer("control-db", database, query);

/** A deleted project has left nothing: no container, volume, network, port, state, lock, folder, backup half-way or process. */
async function expectGone(ref: string): Promise<void> {
  await sleepUntil("no engine to be at work", async () => (await enginesAtWork()).length === 0 || undefined, 20);
  expect(await remainsOf(ref)).toEqual([]);
  expect(await inControl("supalove", `select port from port_leases where project_ref = '${ref}'`)).toEqual([]);
  expect(await inControl("supalove", `select ref from registry.tenants where ref = '${ref}'`)).toEqual([]);
  expect(await inControl("pulumi", `select key from pulumi_state where key ~ '${ref}'`)).toEqual([]);
  const { body } = await patiently<Project[]>("/v1/projects");
  await expectNothingBehind(body.map((project) => project.ref));
}

const settled = (ref: string, ...wanted: string[]) =>
  sleepUntil(
    `project ${ref} to be ${wanted.join(" or ")}`,
    async () => {
      const { body } = await patiently<Project & { size: string }>(`/v1/projects/${ref}`);
      return wanted.includes(body.status) ? body : undefined;
    },
    RECOVERY_SECONDS,
  );

async function withRow(stem: string): Promise<LiveProject> {
  const project = await createProject(stem, { plan: "dedicated" });
  await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
  return project;
}

describe(`kills under a stack, seed ${SEED}`, { timeout: 4 * RECOVERY_SECONDS * 1000 }, () => {
  /** The project of all changes that leave it as it was. */
  let standing: LiveProject | undefined;
  const theStanding = async () => {
    standing ??= await withRow("standing");
    return standing;
  };
  const removeAll = async () => {
    standing = undefined;
    const { body } = await patiently<Project[]>("/v1/projects");
    for (const { ref } of body.filter(({ plan }) => plan === "dedicated")) await deletePatiently(ref);
  };
  // A case that failed must not take the next ones with it.
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await removeAll();
  });
  afterAll(async () => {
    const ref = standing?.ref;
    await removeAll();
    if (ref !== undefined) await expectGone(ref);
  });

  it.each(cases("create"))(
    "%s, %d ms into a create: the project comes to be, or nothing of it",
    async (_, after, kill) => {
      const { body } = await patiently<Project>("/v1/projects", {
        body: { name: uniqueName("kill"), plan: "dedicated" },
      });
      await strike(kill, after, body.operation_id ?? "");
      const operation = await ended(body.operation_id ?? "");
      await healthy();
      if (operation.status === "succeeded") await sql(body.ref, "select 1");
      else expect(await remainsOf(body.ref)).toEqual([]);
      await deletePatiently(body.ref);
      await expectGone(body.ref);
    },
  );

  it.each(cases("resize"))("%s, %d ms into a resize: it is made wholly or not at all", async (_, after, kill) => {
    const project = await theStanding();
    const path = `/v1/projects/${project.ref}`;
    const { body: before } = await patiently<{ size: string }>(path);
    const size = before.size === "small" ? "micro" : "small";
    const change = await patiently<{ operation_id: string }>(path, { method: "PATCH", body: { size } });
    await strike(kill, after, change.body.operation_id);
    const operation = await ended(change.body.operation_id);
    await healthy();
    const now = await settled(project.ref, "ACTIVE_HEALTHY");
    // What was killed when all was done but the last question: it is told failed, and made.
    const made = operation.status === "succeeded" || operation.error?.code === "smoke_failed";
    expect(now.size).toBe(made ? size : before.size);
    const format = ["inspect", containerOf(project.ref, "db"), "--format", "{{.HostConfig.Memory}}"];
    const memory = Number((await execa("docker", format)).stdout) / 1024 / 1024;
    expect(memory).toBe(now.size === "small" ? 1536 : 768);
    await intact(project);
  });

  it.each(cases("pause"))("%s, %d ms into a pause: it is paused or up, and comes back", async (_, after, kill) => {
    const project = await theStanding();
    const pause = await patiently<{ operation_id: string }>(`/v1/projects/${project.ref}/pause`, { method: "POST" });
    await strike(kill, after, pause.body.operation_id);
    await ended(pause.body.operation_id);
    await healthy();
    const { status } = await settled(project.ref, "INACTIVE", "ACTIVE_HEALTHY");
    if (status === "INACTIVE") {
      expect((await remainsOf(project.ref)).sort()).toEqual([
        containerOf(project.ref),
        containerOf(project.ref, "data"),
      ]);
      await patiently(`/v1/projects/${project.ref}/restore`, { method: "POST" });
      await settled(project.ref, "ACTIVE_HEALTHY");
    }
    await intact(project);
  });

  it.each(destroys)("%s, %d ms into %s: nothing is left", async (_, after, _what, backup, kill) => {
    const project = await withRow("destroy");
    const path = `/v1/projects/${project.ref}${backup ? "" : "?backup=false"}`;
    const { body } = await patiently<{ operation_id: string }>(path, { method: "DELETE" });
    await strike(kill, after, body.operation_id);
    const operation = await ended(body.operation_id);
    await healthy();
    // One that could not go on is told so, and goes on when asked again.
    if (operation.status !== "succeeded") await deletePatiently(project.ref);
    await expectGone(project.ref);
  });
});
