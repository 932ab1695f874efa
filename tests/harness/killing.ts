import { expect } from "vitest";
import { type Answer, api, type LiveProject, type Project } from "./api.ts";
import { client } from "./client.ts";
import { readStatus } from "./platform.ts";
import { sleepUntil } from "./sleepUntil.ts";

/*
 * SUPALOVE_KILL_MOMENTS is the number of moments for each pair; the places of the moments follow from SUPALOVE_KILL_SEED.
 */

export const MOMENTS = Number(process.env["SUPALOVE_KILL_MOMENTS"] ?? "1");
/** Some matrices kill a part of their victims only until moments are asked for: the whole suite has to end in good time. */
export const EVERY_VICTIM = process.env["SUPALOVE_KILL_MOMENTS"] !== undefined;
/** The same moments in every run, so that a failure can be looked at; another seed looks for other ones. */
export const SEED = Number(process.env["SUPALOVE_KILL_SEED"] ?? "57162");
/** Stated time until everything is as it should be again: lease, restart of the container and the operation itself. */
export const RECOVERY_SECONDS = 120;

export interface Operation {
  readonly id: string;
  readonly status: string;
  readonly error: { readonly code: string } | null;
}

/** Numbers between 0 and 1 that are the same for the same seed. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
const draw = random(SEED);

/** A random moment within a span of milliseconds. */
export const moment = (span: number) => Math.floor(draw.next().value * span);

/** Calls the API until it can answer: it may be the one that was killed, or its database. */
export const patiently = <T>(path: string, call: Parameters<typeof api>[1] = {}): Promise<Answer<T>> =>
  sleepUntil(
    `an answer to ${path}`,
    async () => {
      const answer = await api<T>(path, call).catch(() => undefined);
      return answer !== undefined && answer.status < 500 ? answer : undefined;
    },
    RECOVERY_SECONDS,
  );

export const ended = (id: string) =>
  sleepUntil(
    `operation ${id} to end`,
    async () => {
      const { body } = await patiently<Operation>(`/v1/operations/${id}`);
      return ["succeeded", "failed", "cancelled"].includes(body.status) ? body : undefined;
    },
    RECOVERY_SECONDS,
  );

export const healthy = () =>
  sleepUntil(
    "the platform to be healthy",
    async () => ((await readStatus().catch(() => undefined))?.healthy ? true : undefined),
    RECOVERY_SECONDS,
    500,
  );

/** Waits for the moment and kills; what is not there yet is waited for as long as the operation goes on. */
export async function strike(kill: () => Promise<boolean>, after: number, operation: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, after));
  for (let attempt = 0; attempt < 200 && !(await kill()); attempt++) {
    const answer = await api<Operation>(`/v1/operations/${operation}`).catch(() => undefined);
    if (answer !== undefined && ["succeeded", "failed"].includes(answer.body.status)) return;
  }
}

/** Deletes a project, as often as it takes. */
export async function deletePatiently(ref: string): Promise<void> {
  await sleepUntil(
    `project ${ref} to be gone`,
    async () => {
      const { status, body } = await patiently<Project>(`/v1/projects/${ref}`);
      if (status === 404) return true;
      if (body.status !== "GOING_DOWN") await patiently(`/v1/projects/${ref}?backup=false`, { method: "DELETE" });
      return undefined;
    },
    RECOVERY_SECONDS,
  );
}

/** The row that a case put into table `kept` is still there. */
export const intact = async (project: LiveProject) => {
  const rows = await sleepUntil(
    "rows to be read",
    async () => {
      const answer = await client(project, project.serviceRoleKey).from("kept").select("id");
      return answer.error ? undefined : answer.data;
    },
    RECOVERY_SECONDS,
  );
  expect(rows).toEqual([{ id: 1 }]);
};
