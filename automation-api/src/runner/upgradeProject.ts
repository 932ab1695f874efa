import type { StackService } from "@supalove/contracts";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineOutcome } from "../engine/protocol.ts";
import type { OperationInput } from "../operations/operationInput.ts";
import { changedImages } from "./changedImages.ts";
import { healthGate } from "./healthGate.ts";
import { LeaseLost } from "./lease.ts";
import { upCommand } from "./pauseStack.ts";
import { preflight } from "./preflight.ts";
import { type EngineInput, engineInput, type ProjectFacts, withWish } from "./projectSpec.ts";
import { publishProject, sealOutputs } from "./publishProject.ts";
import { recordChange } from "./recordChange.ts";
import { rollBackUpgrade } from "./rollBackUpgrade.ts";
import { type Ending, type Run, RunnerStopping } from "./run.ts";
import { type BackupPurpose, takeBackup } from "./takeBackup.ts";
import { upSurvivingCrashes } from "./upProject.ts";

/** An upgrade that was cut off this often on its way forward goes back: it may be what ends the runner. */
const MAX_FORWARD = 3;

const BEFORE: BackupPurpose = {
  reason: "upgrade",
  what: "a backup before the upgrade",
  failed: (reason) => ({
    code: "backup_failed",
    message: `The project was not upgraded: the backup before it could not be taken, because ${reason}.`,
    next_step: "Put that right and upgrade the project again; nothing was changed.",
  }),
};

/** Why an upgrade does not go on, for the sentence that tells of it; undefined where somebody cancelled it. */
export interface Setback {
  readonly ending: "failed" | "cancelled";
  readonly why: string;
}

/**
 * Gives a dedicated project other versions of its images. Until the last step its row holds the former ones, so whatever ends
 * this run, the next one knows both: cut off before anything was changed it begins anew, after that it goes on forward, and
 * once it is on its way back it goes on back.
 */
export async function upgradeProject(run: Run): Promise<Ending> {
  const target = withWish(run.project, run.input.change ?? {});
  const fresh = Object.keys(changedImages(run.project, target)) as StackService[];
  // They are so already, by an upgrade that came before this one in the queue.
  if (fresh.length === 0) return { status: "succeeded", projectStatus: run.input.status_if_cancelled };
  const begun = run.input.upgrade;
  if (begun?.way === "back") return rollBackUpgrade(run, fresh, begun);
  const input = await engineInput(run.services, target);
  if (begun === undefined) {
    const stopped = await prepare(run, target, fresh);
    if (stopped !== undefined) return { ...stopped, projectStatus: run.input.status_if_cancelled };
    await mark(run, { way: "forward" });
  }
  const setback = await goForward(run, target, input, fresh).catch((error: unknown): Setback => {
    passEnds(run, error);
    run.services.logger.error({ err: error }, "an upgrade failed unexpectedly");
    return { ending: "failed", why: "something went wrong in the runner" };
  });
  if (setback !== undefined) {
    await mark(run, { way: "back", ...setback });
    return rollBackUpgrade(run, fresh, setback);
  }
  return {
    status: "succeeded",
    projectStatus: "ACTIVE_HEALTHY",
    write: async (tx) => {
      await recordChange(tx, run);
    },
  };
}

/** Lets pass what ends this run and not the operation. @throws LeaseLost, RunnerStopping */
export function passEnds(run: Run, error: unknown): void {
  if (error instanceof LeaseLost || error instanceof RunnerStopping) throw error;
  run.checkEnded();
}

/** Everything before the first change. @returns how the operation ends instead */
async function prepare(run: Run, target: ProjectFacts, fresh: readonly StackService[]) {
  const before = await engineInput(run.services, run.project);
  run.journal.phase("preflight", "Checking that the project can run the versions");
  const unready = await preflight(run, run.project, target, before);
  run.checkEnded();
  if (unready !== undefined) return { status: "failed", error: unready } as const;
  if (run.lease.cancelled.aborted) return { status: "cancelled" } as const;
  if (!fresh.includes("db")) return undefined;
  const backup = await takeBackup(run, before, BEFORE);
  if (backup.status === "failed" || backup.status === "cancelled") return backup;
  if (backup.status === "taken") return undefined;
  return { status: "failed", error: BEFORE.failed("its database is not there") } as const;
}

async function goForward(
  run: Run,
  target: ProjectFacts,
  input: EngineInput,
  fresh: readonly StackService[],
): Promise<Setback | undefined> {
  if (run.operation.epoch > MAX_FORWARD) return { ending: "failed", why: "it was cut off again and again" };
  const outcome = await makeStack(run, input);
  if (outcome.status === "aborted") return CANCELLED;
  if (outcome.status === "failed") return { ending: "failed", why: lowerFirst(outcome.error.message) };
  if (outcome.status !== "succeeded" || outcome.outputs === null) throw new Error("an `up` gave no outputs");
  const published = await sealOutputs(run.services, target, outcome.outputs);
  await run.journal.flush();
  await run.lease.transaction((tx) => publishProject(tx, target.ref, published));
  const { anonKey } = outcome.outputs;
  const signal = AbortSignal.any([run.ended, run.lease.cancelled]);
  const fault = await healthGate(run, { project: target, input, fresh, anonKey, signal });
  run.checkEnded();
  if (run.lease.cancelled.aborted) return CANCELLED;
  return fault === undefined ? undefined : { ending: "failed", why: fault };
}

const CANCELLED: Setback = { ending: "cancelled", why: "it was cancelled" };

/** An engine that dies at each attempt is as good a reason to go back as any. */
async function makeStack(run: Run, input: EngineInput): Promise<EngineOutcome> {
  try {
    return await upSurvivingCrashes(run, upCommand(run, input));
  } catch (error) {
    if (!(error instanceof EngineDied)) throw error;
    run.services.logger.error({ err: error }, "the engine died over an upgrade");
    const next_step = "Try again.";
    return { status: "failed", error: { code: "engine_died", message: "The engine ended again and again", next_step } };
  }
}

/** Writes how far it is, for whoever has to go on. Beside what others have written there since. */
async function mark(run: Run, upgrade: NonNullable<OperationInput["upgrade"]>): Promise<void> {
  await run.lease.append(async (tx) => {
    await tx.$executeRaw`
      update operations set input = input || jsonb_build_object('upgrade', ${JSON.stringify(upgrade)}::jsonb)
      where id = ${run.operation.id}`;
  });
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
