import { DEFAULT_OVERLAP_HOURS, type KeyGenerations } from "@supalove/contracts";
import type { RotationFields } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";
import { openOperations } from "../operations/openOperations.ts";
import type { ProjectWish } from "../previews/wished.ts";
import { keyGenerations } from "./keyGenerations.ts";
import type { LoadedProject } from "./loadProject.ts";

/**
 * What a body wishes for of a project's keys and passwords, as the very generations that it would have: a preview and the
 * operation that applies it so mean the same.
 * @throws ApiError `key_overlap_running`, `no_key_overlap`, `project_busy`
 */
export async function rotationWish(
  tx: Transaction,
  project: LoadedProject,
  { rotate_keys, end_key_overlap, rotate_passwords }: RotationFields,
): Promise<Pick<ProjectWish, "keys" | "passwords">> {
  const now = Math.floor(Date.now() / 1000);
  const current = keyGenerations(project);
  const wish: Pick<ProjectWish, "keys" | "passwords"> = {};
  if (rotate_keys !== undefined) {
    const hours = rotate_keys.overlap_hours ?? DEFAULT_OVERLAP_HOURS;
    wish.keys = rotated(current, hours, now);
  }
  if (end_key_overlap === true) {
    if (current.previous === null) throw noOverlap();
    wish.keys = { ...current, previous: null };
  }
  if (rotate_passwords === true) {
    wish.passwords = { generation: project.passwordGeneration + 1, at: new Date().toISOString() };
  }
  for (const part of ["keys", "passwords"] as const) if (wish[part] !== undefined) await checkAlone(tx, project, part);
  return wish;
}

/** The overlap of a change counts from when it is accepted, whenever it was previewed. */
export function overlapFromNow(change: ProjectWish): ProjectWish {
  const previous = change.keys?.previous;
  if (change.keys === undefined || previous == null) return change;
  const until = untilOf(previous.overlapHours, Math.floor(Date.now() / 1000));
  return { ...change, keys: { ...change.keys, previous: { ...previous, until } } };
}

const untilOf = (hours: number, now: number) => now + hours * 3600;

function rotated(current: KeyGenerations, hours: number, now: number): KeyGenerations {
  const { generation, issuedAt, previous } = current;
  if (previous !== null) throw overlapRunning(previous.until);
  return {
    generation: generation + 1,
    issuedAt: now,
    previous: hours === 0 ? null : { generation, issuedAt, overlapHours: hours, until: untilOf(hours, now) },
  };
}

/** Two rotations that wait at once would mean the same one. */
async function checkAlone(tx: Transaction, { ref }: LoadedProject, part: "keys" | "passwords"): Promise<void> {
  const path = ["change", part, "generation"];
  const waiting = await tx.operation.count({
    where: { ...openOperations(ref), kind: "up", input: { path, gte: 0 } },
  });
  if (waiting > 0) throw errors.projectBusy(`The project's ${part} are being changed already.`);
}

function overlapRunning(until: number): ApiError {
  return new ApiError(
    "key_overlap_running",
    `The keys from before the last rotation are accepted until ${new Date(until * 1000).toISOString()}; a project has two generations of keys at most.`,
    'Wait until then, or end it first: `PATCH /v1/projects/{ref} {"end_key_overlap": true}`.',
  );
}

function noOverlap(): ApiError {
  return new ApiError(
    "no_key_overlap",
    "The project has no keys from before a rotation that could be ended.",
    "Nothing has to be done: only its current keys are accepted.",
  );
}
