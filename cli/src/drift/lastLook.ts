import { rm } from "node:fs/promises";
import { changeDigest } from "@supalove/components/preview/changeDigest.ts";
import { summarize } from "@supalove/components/preview/index.ts";
import { lookDigest } from "@supalove/components/preview/lookDigest.ts";
import { OperationError } from "@supalove/contracts";
import { type Drift, PlannedChange } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { readIfThere, replaceFile } from "../instance/atomicFile.ts";
import type { InstancePaths } from "../instance/paths.ts";

/** What is kept of looks at the platform itself. What they find is redacted: no secret is in it. */
export const LastLook = z.object({
  /** When the last one that ended well was taken; null where none was. */
  checked_at: z.iso.datetime().nullable(),
  changes: z.array(PlannedChange),
  /** Digests of what was found and is left as it is. */
  accepted: z.array(z.string()),
  /** Why the last look failed; the rest is older then. */
  error: OperationError.nullable(),
});
export type LastLook = z.infer<typeof LastLook>;

/** What is known of the platform's drift, in the form that a project's has. */
export type BaseDrift = Omit<Drift, "operation_id" | "checking">;

const NEVER: LastLook = { checked_at: null, changes: [], accepted: [], error: null };

/** What to keep after a look. What was accepted stays so as long as it is found again, and is forgotten then. */
export function afterLook(before: LastLook | undefined, changes: readonly PlannedChange[], now: Date): LastLook {
  const found = new Set(changes.map(changeDigest));
  const accepted = (before?.accepted ?? []).filter((digest) => found.has(digest));
  return { checked_at: now.toISOString(), changes: [...changes], accepted, error: null };
}

/** What to keep after a look that failed: what the one before it found. */
export function afterFailure(before: LastLook = NEVER, message: string): LastLook {
  const next_step = "run ./supalove drift to see what it needs";
  return { ...before, error: { code: "look_failed", message, next_step } };
}

/** What is known of drift, each finding with whether it is left as it is. */
export function driftView(look: LastLook = NEVER): BaseDrift {
  const accepted = new Set(look.accepted);
  const changes = look.changes.map((change) => ({ ...change, accepted: accepted.has(changeDigest(change)) }));
  const drift = changes.filter((change) => !change.accepted);
  return {
    checked_at: look.checked_at,
    digest: look.checked_at === null ? null : lookDigest(changes),
    drifted: drift.length > 0,
    summary: summarize(drift),
    changes,
    error: look.error,
  };
}

/** What the last look left; undefined where nobody looked, or another version of this program did. */
export async function readLook({ lastLook }: InstancePaths): Promise<LastLook | undefined> {
  try {
    return LastLook.parse(JSON.parse((await readIfThere(lastLook)) ?? "null"));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** Keeps what a look left. For whoever holds the instance. */
export const writeLook = ({ lastLook }: InstancePaths, look: LastLook): Promise<void> =>
  replaceFile(lastLook, `${JSON.stringify(look, null, 2)}\n`);

/** Forgets what was found and accepted, once all of it was put right. */
export const forgetLook = ({ lastLook }: InstancePaths): Promise<void> => rm(lastLook, { force: true });
