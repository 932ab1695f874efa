import type { ClusterAccess, OperationError } from "@supalove/contracts";
import { recordLook } from "../drift/recordLook.ts";
import { DATA_VOLUME_MISSING } from "../engine/dataVolume.ts";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { beginPasswords } from "./beginPasswords.ts";
import { makeOnOtherPorts, type UpCommand } from "./movePorts.ts";
import { changesPostgres, takeBackSettings, untilPostgresRuns } from "./postgresSettings.ts";
import { engineInput, type ProjectFacts, withWish } from "./projectSpec.ts";
import { publishProject, sealOutputs } from "./publishProject.ts";
import { putBackKeys } from "./putBackKeys.ts";
import { recordChange } from "./recordChange.ts";
import { rollBack } from "./rollBack.ts";
import type { Ending, Run } from "./run.ts";
import { smokeEnding } from "./smokeEnding.ts";

/** An engine process that dies is started again this often within one run. */
const ENGINE_ATTEMPTS = 3;

const NAME_TAKEN: OperationError = {
  code: "name_taken",
  message: "Another project of the organization took the new name in the meantime. Everything else is done.",
  next_step: "Choose another name.",
};

const PROJECT_PAUSED: OperationError = {
  code: "project_paused",
  message: "The project was paused before its change came to it, so nothing was changed.",
  next_step: "Restore the project, then change it again.",
};

/** Makes a project's stack what its spec says, hands its keys on, and sees that it answers. */
export async function upProject(run: Run): Promise<Ending> {
  if (await sleepsInCluster(run)) {
    return run.input.repairs === true
      ? { status: "succeeded" }
      : { status: "failed", error: PROJECT_PAUSED, projectStatus: "INACTIVE" };
  }
  // The row says what is; what it is to become is written when it is so.
  const project = withWish(run.project, run.input.change ?? {});
  const { spec, place, secrets } = await engineInput(run.services, project);
  // Keys that were handed out mark a project that was ready once: from then on nothing of it is ever taken away.
  const creating = run.input.creates && secrets.jwt_secret === undefined;
  const first = creating && !run.interrupted && (await isFirstOperation(run));
  const wished: UpCommand = {
    action: "up",
    refresh: run.input.repairs ?? run.preview?.refresh ?? false,
    holdsData: secrets.jwt_secret !== undefined,
    spec,
    place,
    presence: first ? "new" : "unknown",
    recover: run.interrupted,
    secrets: Object.values(secrets),
  };
  if (!creating && place.kind === "cluster") await openClosedLogins(run, place);
  await beginPasswords(run);
  const { command, outcome } = await makeProject(run, project, wished, creating).catch(async (error: unknown) => {
    // An engine that dies at each attempt leaves what it had made.
    if (creating && error instanceof EngineDied) await rollBack(run, wished);
    throw error;
  });
  const risky = changesPostgres(run, project);
  if (outcome.status === "succeeded" && outcome.outputs !== null) {
    const takenBack = risky ? await untilPostgresRuns(run, project) : undefined;
    if (takenBack !== undefined) return takenBack;
    const published = await sealOutputs(run.services, project, outcome.outputs);
    await run.journal.flush();
    const renamed = await run.lease.transaction(async (tx) => {
      await publishProject(tx, project.ref, published, project.paused ? "paused" : "active");
      if (command.refresh) await recordLook(tx, project.ref, []);
      return recordChange(tx, run);
    });
    // One that is paused stays so: there is nothing to ask.
    if (project.paused) return { status: "succeeded", projectStatus: "INACTIVE" };
    const ending = await smokeEnding(run, outcome.outputs.anonKey, project);
    return renamed || ending.status !== "succeeded" ? ending : { ...ending, status: "failed", error: NAME_TAKEN };
  }
  const error = outcome.status === "failed" ? outcome.error : undefined;
  if (risky && error?.code === "database_not_running") return takeBackSettings(run, "Postgres does not come up");
  return giveUp(run, command, creating, error);
}

/**
 * A shared project that is paused, perhaps since this change was asked for: nothing of it runs, and its logins are closed.
 * Nothing but a wish to bring it back opens it; what differs in its database is found and mended when it is up again.
 */
async function sleepsInCluster({ services, project, input }: Run): Promise<boolean> {
  if (project.plan !== "shared" || input.status_meanwhile === "RESTORING") return false;
  const tenant = await services.database.tenant.findUnique({ where: { ref: project.ref }, select: { status: true } });
  return tenant?.status === "paused";
}

/** A pause that failed half-way may have left them closed; migrations come in by them. */
async function openClosedLogins({ services, project }: Run, cluster: ClusterAccess): Promise<void> {
  try {
    await services.logins.open(cluster, project.ref);
  } catch (error) {
    // No such database, or no cluster: the engine makes the one and tells of the other.
    services.logger.warn({ err: error, project: project.ref }, "the project's logins could not be opened");
  }
}

/** Makes the stack; a creation gets other ports where a program of the server's has its own. */
async function makeProject(run: Run, project: ProjectFacts, command: UpCommand, creating: boolean) {
  const first = { command, outcome: await makeStack(run, command, creating) };
  return creating ? makeOnOtherPorts(run, project, first, (moved) => upSurvivingCrashes(run, moved)) : first;
}

async function makeStack(run: Run, command: EngineCommand, creating: boolean): Promise<EngineOutcome> {
  const outcome = await upSurvivingCrashes(run, command);
  if (outcome.status !== "failed" || !creating || command.presence === "new") return outcome;
  // What an earlier attempt left, known to no state, may be in the way: once more, from nothing.
  run.journal.phase("clean", "Removing what an earlier attempt left");
  const cleaned = await run.engine({ ...command, action: "destroy", presence: "unknown", recover: true }, true);
  return cleaned.status === "succeeded"
    ? upSurvivingCrashes(run, { ...command, presence: "new", recover: false })
    : outcome;
}

/**
 * Runs an `up`; an engine process that dies over it is replaced.
 * @param cancellable whether a wish to cancel stops it. Half a rotation serves nobody: once begun it goes on to its end.
 * @throws EngineDied at the last attempt
 */
export async function upSurvivingCrashes(
  run: Run,
  command: EngineCommand,
  cancellable = run.input.change?.keys === undefined && run.input.change?.passwords === undefined,
): Promise<EngineOutcome> {
  for (let attempt = 1; ; attempt++) {
    const again = attempt > 1;
    try {
      return await run.engine(again ? { ...command, presence: "unknown", recover: true } : command, cancellable);
    } catch (error) {
      if (!(error instanceof EngineDied) || attempt === ENGINE_ATTEMPTS) throw error;
      run.services.logger.error({ err: error, operation: run.operation.id }, "engine process died; once more");
    }
  }
}

/** Failed or cancelled: a project that never was ready loses what was made; one that was keeps all it has. */
async function giveUp(
  run: Run,
  command: EngineCommand,
  creating: boolean,
  error: OperationError | undefined,
): Promise<Ending> {
  const status = error ? "failed" : "cancelled";
  if (!creating) {
    await putBackKeys(run, command);
    return { status, ...(error ? { error } : {}), projectStatus: statusAfter(run, error) };
  }
  await rollBack(run, command);
  return { status, ...(error ? { error } : {}), projectStatus: "INIT_FAILED" };
}

/** What could not be repaired counts as unhealthy; should it answer nevertheless, the next recheck finds out. */
export function statusAfter({ input, project }: Run, error: OperationError | undefined) {
  const broken = error !== undefined && (input.repairs === true || error.code === DATA_VOLUME_MISSING.code);
  return broken && !project.paused ? "ACTIVE_UNHEALTHY" : input.status_if_cancelled;
}

async function isFirstOperation({ services, operation, project }: Run): Promise<boolean> {
  const earlier = await services.database.operation.count({
    where: { projectRef: project.ref, number: { lt: operation.number } },
  });
  return earlier === 0;
}
