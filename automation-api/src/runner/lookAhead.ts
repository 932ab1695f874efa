import { plannedChanges } from "@supalove/components/preview/plannedChanges.ts";
import { Redactor } from "@supalove/components/preview/redactor.ts";
import { settingsStep } from "@supalove/components/preview/settingsStep.ts";
import { type OperationError, openSecret, Size } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { EngineDied } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import type { Preview } from "../generated/prisma/client.ts";
import { loadCatalogue } from "../images/catalogue.ts";
import { planDigest } from "../previews/planDigest.ts";
import { projectSettings } from "../previews/projectSettings.ts";
import { ImportedSecrets, Wished } from "../previews/wished.ts";
import { keyGenerations } from "../projects/keyGenerations.ts";
import { previewSecretsContext } from "../secrets/contexts.ts";
import { changedVersions } from "./changedImages.ts";
import { lookAtService } from "./lookAtService.ts";
import { preflight } from "./preflight.ts";
import { type EngineInput, engineInput, type ProjectFacts, withImported, withWish } from "./projectSpec.ts";
import type { Run } from "./run.ts";

/** An engine process that dies is started again this often; it had nothing to leave behind. */
const ENGINE_ATTEMPTS = 3;

type PreviewCommand = Extract<EngineCommand, { action: "preview" }>;

/** What would happen, or why that could not be found out. */
export type Look =
  | { readonly status: "planned"; readonly changes: readonly PlannedChange[]; readonly digest: string }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly error: OperationError };

/** Finds out what a preview's wish would do now. Changes nothing anywhere. */
export async function lookAhead(run: Run, preview: Preview): Promise<Look> {
  const wished = Wished.parse(preview.wished);
  const before = run.project;
  const after = asWished(before, wished);
  const input = await inputOf(run, preview, after);
  if (wished.kind === "change" && wished.images !== undefined) {
    const unready = await preflight(run, before, after, input);
    run.checkEnded();
    if (unready !== undefined) return { status: "failed", error: unready };
  }
  const outcome = await lookAtStack(run, preview, wished, input);
  if (outcome.status === "failed") return outcome;
  if (outcome.status !== "previewed") return { status: "cancelled" };
  const changes = [...(await settingsChanges(run, wished.kind, before, after, input)), ...outcome.changes];
  const { refresh, stateVersion } = preview;
  const inputs = { kind: wished.kind, name: after.name, spec: input.spec, refresh, stateVersion };
  return { status: "planned", changes, digest: planDigest(inputs, changes) };
}

/** The project as it would be; its service that is restarted is the same one. */
function asWished(project: ProjectFacts, wished: Wished): ProjectFacts {
  switch (wished.kind) {
    case "change":
      return withWish(project, wished);
    case "pause":
      return { ...project, paused: true };
    case "resume":
      return { ...project, paused: false };
    default:
      return project;
  }
}

/** What would happen to the resources. A restart is no change of any, and a shared project has none that a pause takes away. */
async function lookAtStack(run: Run, preview: Preview, wished: Wished, input: EngineInput): Promise<EngineOutcome> {
  if (wished.kind === "restart") return lookAtService(run, wished.service);
  const { kind } = wished;
  if (kind === "pause" || kind === "resume") {
    return input.place.kind === "cluster"
      ? { status: "previewed", changes: [] }
      : lookSurvivingCrashes(run, changeLook(input, preview.refresh));
  }
  const presence = kind === "create" ? "new" : "existing";
  return lookSurvivingCrashes(run, { ...changeLook(input, preview.refresh), kind, presence });
}

/** What the engine is given; a project to be created has its imported secrets beside the preview still. */
async function inputOf(
  { services }: Run,
  { id, sealedImported }: Preview,
  project: ProjectFacts,
): Promise<EngineInput> {
  const input = await engineInput(services, project);
  if (sealedImported === null) return input;
  const text = await openSecret(services.env.SUPALOVE_MASTER_KEY, previewSecretsContext(id), sealedImported);
  const imported = ImportedSecrets.parse(JSON.parse(text));
  return withImported(input, imported);
}

/** The command that finds out what making a project what its row says would do. */
export function changeLook({ spec, place, secrets }: EngineInput, refresh: boolean): PreviewCommand {
  return {
    action: "preview",
    kind: "change",
    refresh,
    holdsData: secrets.jwt_secret !== undefined,
    spec,
    place,
    presence: "existing",
    recover: false,
    secrets: Object.values(secrets),
  };
}

/** Runs a command that changes nothing; an engine process that dies over it is replaced. */
export async function lookSurvivingCrashes(run: Run, command: EngineCommand): Promise<EngineOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run.engine(command, true);
    } catch (error) {
      if (!(error instanceof EngineDied) || attempt === ENGINE_ATTEMPTS) throw error;
      run.services.logger.error({ err: error, operation: run.operation.id }, "engine process died; once more");
    }
  }
}

/** What changes of the project beside its stack. */
async function settingsChanges(
  { services }: Run,
  kind: Wished["kind"],
  before: ProjectFacts,
  after: ProjectFacts,
  { secrets }: EngineInput,
) {
  const changed = kind === "change" ? changedVersions(await loadCatalogue(services.database, {}), before, after) : {};
  const settings = (project: ProjectFacts) => ({
    ...projectSettings({ ...project, size: Size.parse(project.size), keys: keyGenerations(project) }),
    ...(project === before ? changed.before : changed.after),
    ...(kind === "pause" || kind === "resume" ? { paused: (kind === "pause") === (project === after) } : {}),
  });
  const step = settingsStep(
    before.ref,
    kind === "create" ? undefined : settings(before),
    kind === "delete" ? undefined : settings(after),
  );
  const redactor = new Redactor();
  redactor.addAll(Object.values(secrets));
  return step === undefined ? [] : plannedChanges([step], redactor);
}
