import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  ConcurrentUpdateError,
  type EngineEvent,
  type PulumiCommand,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { withFileDrift } from "@supalove/components/docker/fileDrift.ts";
import { networkSteps } from "@supalove/components/docker/networkDrift.ts";
import { collectSecrets, plannedChanges, Redactor, revealStateSecrets } from "@supalove/components/preview/index.ts";
import type { OperationEvent, ServerPlace } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/previews.ts";
import { projectRun, serveProviders } from "@supalove/stacks";
import { DataMissing, tellLostData } from "./dataMissing.ts";
import { requireDataVolume } from "./dataVolume.ts";
import { backendVariables, engineSecrets } from "./engineSecrets.ts";
import { ENGINE_VARIABLES, type EngineSettings } from "./engineSettings.ts";
import { type Diagnostic, diagnosticOf, resourceEvent } from "./normaliseEvent.ts";
import { openStack, removeStackFolder } from "./openStack.ts";
import { withPreviewFolder } from "./previewFolder.ts";
import { previewStack } from "./previewStack.ts";
import type { EngineCommand, EngineOutcome } from "./protocol.ts";
import { removeUnknown } from "./removeUnknown.ts";
import { stackFileDrift } from "./stackFiles.ts";
import { mendStackNetworks, removeStranded, stackNetworkDrift } from "./stackNetworks.ts";
import { sweepProject } from "./sweepProject.ts";
import { hasTenantDatabase, requireTenantDatabase } from "./tenantDatabase.ts";
import { summaryOf, translateError } from "./translateError.ts";
import { wasCutOff } from "./wasCutOff.ts";

/** What a command is run with. */
export interface CommandContext {
  readonly settings: EngineSettings;
  readonly pulumi: PulumiCommand;
  readonly signal: AbortSignal;
  readonly fence: () => Promise<boolean>;
  readonly onEvent: (event: OperationEvent) => void;
}

/** The runner says that this run has lost its lease, or that it is to stop. */
class FenceClosed extends Error {
  override readonly name = "FenceClosed";
}

/** Runs of one command, the first included. */
const ATTEMPTS = 3;

const execFileAsync = promisify(execFile);

const QUIET = { color: "never", suppressProgress: true, suppressOutputs: true } as const;

/** Starts the engine with options that every run has. */
export type EngineCall = (
  options: typeof QUIET & { onEvent: (event: EngineEvent) => void; signal: AbortSignal },
) => Promise<unknown>;

/** Runs one command of the runner and gives its outcome, whatever happens. */
export async function runCommand(command: EngineCommand, context: CommandContext): Promise<EngineOutcome> {
  const run = new CommandRun(command, context, await engineSecrets(context.settings));
  try {
    return await run.perform();
  } catch (error) {
    if (error instanceof FenceClosed || context.signal.aborted) return { status: "aborted" };
    if (error instanceof DataMissing) return { status: "failed", error: error.error };
    return { status: "failed", error: await run.explain(error) };
  } finally {
    run.flush();
  }
}

/** What is left to do once everything is put right that the engine does not look at. */
interface Beside {
  /** A network is gone that containers should be on. */
  readonly again: boolean;
  /** Containers that the engine is to make anew, since their files were changed. */
  readonly replace: string[];
}
const NOTHING_BESIDE: Beside = { again: false, replace: [] };

class CommandRun {
  readonly #command: EngineCommand;
  readonly #context: CommandContext;
  readonly #redactor: Redactor;
  readonly #diagnostics: Diagnostic[] = [];
  #failedUrn: string | undefined;
  #stack: Stack | undefined;
  /** What an earlier run left is dealt with first. */
  #recovering: boolean;
  /** False when secrets may be missing in the redactor: then no free text leaves this process. */
  #mayQuote = true;

  constructor(command: EngineCommand, context: CommandContext, secrets: readonly string[]) {
    this.#command = command;
    this.#context = context;
    this.#recovering = command.recover;
    const { place } = command;
    // A cluster's address goes with its password through the program; only the password is a secret.
    this.#redactor = new Redactor(place.kind === "cluster" ? [place.host, place.username] : [place.endpoint]);
    const password = place.kind === "cluster" ? place.password : [];
    this.#redactor.addAll([secrets, password, command.spec.imported, command.secrets]);
  }

  async perform(): Promise<EngineOutcome> {
    const { spec, place } = this.#command;
    const project = projectRun(spec, place);
    const served = await serveProviders();
    try {
      const program = async () => {
        collectSecrets(this.#redactor);
        return project.program();
      };
      const env = { ...ENGINE_VARIABLES, ...served.env };
      return await this.#survivingCrashes(async () => {
        if (this.#command.action === "destroy") return this.#destroy(program, env);
        if (this.#command.action === "preview") return this.#preview(this.#command, program, env);
        const { refresh, holdsData } = this.#command;
        const stack = await this.#open(program, env);
        if (this.#recovering) await this.#recover(stack);
        if (holdsData && place.kind === "server") await requireDataVolume(place, spec.ref);
        // Without a look the engine makes no database that its state knows.
        const looks = refresh || this.#recovering;
        if (holdsData && looks && place.kind === "cluster") await requireTenantDatabase(place, spec.ref);
        const server = refresh && place.kind === "server" ? place : undefined;
        const { again, replace } = server ? await this.#mendBeside(server, stack) : NOTHING_BESIDE;
        await this.#start("up", "Making what is missing", (options) =>
          stack.up({ ...options, refresh, ...(replace.length === 0 ? {} : { replace }) }),
        );
        // A network that was gone is there now.
        if (server && again) await this.#mendNetworks(server, await this.#cleared(server, stack));
        const outputs = project.outputs();
        this.#redactor.addAll(outputs);
        return { status: "succeeded", outputs };
      });
    } finally {
      served.close();
    }
  }

  /**
   * Goes on where the engine or a plugin was killed in mid-run, and where an earlier run's lock is found: the operation
   * holds its project alone, so whoever took that lock is gone.
   */
  async #survivingCrashes(attempt: () => Promise<EngineOutcome>): Promise<EngineOutcome> {
    for (let count = 1; ; count++) {
      try {
        return await attempt();
      } catch (error) {
        if (count === ATTEMPTS || this.#context.signal.aborted || !wasCutOff(error, this.#diagnostics)) throw error;
        this.#recovering = true;
        this.#diagnostics.length = 0;
        this.#failedUrn = undefined;
      }
    }
  }

  async #preview(
    command: Extract<EngineCommand, { action: "preview" }>,
    program: () => Promise<object>,
    env: Record<string, string>,
  ): Promise<EngineOutcome> {
    const look = async (stack: Stack): Promise<EngineOutcome> => {
      const start = (run: EngineCall) => this.#start("preview", "Finding out what would happen", run, false);
      const found = await previewStack(command, stack, this.#redactor, start);
      const changes = command.holdsData && command.refresh ? tellLostData(found) : found;
      return { status: "previewed", changes: await this.#withStrayed(command, stack, changes) };
    };
    if (command.kind !== "create") return look(await this.#open(program, env));
    return withPreviewFolder(this.#context.settings, command.spec.ref, async (settings) =>
      look(await this.#open(program, env, settings)),
    );
  }

  /** A plan with changes of containers' files and networks in it, which the engine itself does not look at. */
  async #withStrayed(
    { kind, refresh, place, spec }: Extract<EngineCommand, { action: "preview" }>,
    stack: Stack,
    changes: readonly PlannedChange[],
  ): Promise<PlannedChange[]> {
    if (kind !== "change" || !refresh || place.kind !== "server") return [...changes];
    const { deployment } = await stack.exportStack();
    const [files, networks] = await Promise.all([
      stackFileDrift(place, spec.ref, deployment),
      stackNetworkDrift(place, spec.ref, deployment),
    ]);
    const plan = withFileDrift(changes, files);
    // One that is made anew comes to its networks by that.
    const told = new Set(plan.map(({ urn }) => urn));
    return [...plan, ...plannedChanges(networkSteps(networks.filter(({ urn }) => !told.has(urn))), this.#redactor)];
  }

  /** Puts right, or has the engine put right, what it does not look at itself. */
  async #mendBeside(place: ServerPlace, stack: Stack): Promise<Beside> {
    const deployment = await this.#cleared(place, stack);
    const again = await this.#mendNetworks(place, deployment);
    const files = await stackFileDrift(place, this.#command.spec.ref, deployment);
    return { again, replace: files.map(({ urn }) => urn) };
  }

  /** Takes away containers that are in the way. @returns the deployment of the stack's state */
  async #cleared(place: ServerPlace, stack: Stack): Promise<unknown> {
    const { ref } = this.#command.spec;
    await this.#passFence();
    await removeStranded(place, ref);
    const { deployment } = await stack.exportStack();
    await removeUnknown(place, ref, deployment);
    return deployment;
  }

  /** @returns whether a network is gone that containers should be on */
  async #mendNetworks(place: ServerPlace, deployment: unknown): Promise<boolean> {
    return mendStackNetworks(place, await stackNetworkDrift(place, this.#command.spec.ref, deployment));
  }

  async #open(
    program: () => Promise<object>,
    env: Record<string, string>,
    settings: EngineSettings = this.#context.settings,
  ): Promise<Stack> {
    await this.#passFence();
    const { pulumi } = this.#context;
    const { spec, presence, action } = this.#command;
    const opening = { name: spec.ref, presence, mayCreate: action !== "destroy" };
    this.#stack = await openStack(settings, pulumi, opening, async () => ({ ...(await program()) }), env);
    return this.#stack;
  }

  /** An earlier run was cut off: its lock goes, and what it was creating is looked at again. */
  async #recover(stack: Stack): Promise<void> {
    await this.#passFence();
    this.#phase("recover", "An earlier run was cut off: taking over its stack");
    await stack.cancel();
    await this.#lookAround(stack);
    await this.#removeUnknown(stack);
  }

  async #removeUnknown(stack: Stack): Promise<void> {
    const { place, spec } = this.#command;
    if (place.kind !== "server") return;
    await this.#passFence();
    const { deployment } = await stack.exportStack();
    await removeUnknown(place, spec.ref, deployment);
  }

  /** Has the state forget what is gone: a database can't be dropped twice. */
  async #lookAround(stack: Stack): Promise<void> {
    await this.#start("refresh", "Looking at what there is", (options) =>
      stack.refresh({ ...options, clearPendingCreates: true }),
    );
  }

  async #destroy(program: () => Promise<object>, env: Record<string, string>): Promise<EngineOutcome> {
    const { spec, place, presence } = this.#command;
    if (presence !== "new") {
      try {
        const stack = await this.#open(program, env);
        if (this.#recovering) await this.#recover(stack);
        else if (place.kind === "server") await this.#removeUnknown(stack);
        else if (!(await hasTenantDatabase(place, spec.ref))) await this.#lookAround(stack);
        await this.#passFence();
        await this.#cli(stack, "state", "unprotect", "--all");
        await this.#start("destroy", "Removing everything the project has", (options) => stack.destroy(options));
        // Its last state too, which would stay as a backup with every secret in it.
        await this.#cli(stack, "stack", "rm", "--remove-backups");
      } catch (error) {
        // Cancelled before anything was made, or destroyed by a run that was cut off right after.
        if (!(error instanceof StackNotFoundError)) throw error;
      }
    }
    await this.#passFence();
    await sweepProject(place, spec.ref);
    await removeStackFolder(this.#context.settings, spec.ref);
    return { status: "succeeded", outputs: null };
  }

  /** Runs what the Automation API does not offer. */
  async #cli(stack: Stack, ...command: string[]): Promise<void> {
    const { pulumi, settings, signal } = this.#context;
    const env = { ...process.env, ...ENGINE_VARIABLES, ...backendVariables(settings) };
    const args = [...command, "--yes", "--non-interactive", "--stack", stack.name];
    await execFileAsync(pulumi.command, args, { cwd: stack.workspace.workDir, env, signal });
  }

  /**
   * One run of the engine: fence before, events on the way, diagnostics kept for its end.
   * @param tell whether steps are told as things that happen, which they do not in a preview
   */
  async #start(phase: string, message: string, call: EngineCall, tell = true): Promise<void> {
    await this.#passFence();
    this.#phase(phase, message);
    const onEvent = (event: EngineEvent) => {
      const about = resourceEvent(event);
      if (about?.stage === "failed") this.#failedUrn ??= about.urn;
      if (about && tell) this.#context.onEvent(about);
      const diagnostic = diagnosticOf(event);
      // Free text: it waits until every secret of this run is known.
      if (diagnostic) this.#diagnostics.push(diagnostic);
    };
    await call({ ...QUIET, onEvent, signal: this.#context.signal });
  }

  #phase(phase: string, message: string): void {
    this.#context.onEvent({ type: "phase", phase, message });
  }

  async #passFence(): Promise<void> {
    if (this.#context.signal.aborted || !(await this.#context.fence()))
      throw new FenceClosed("may not start the engine");
  }

  /** Translates a failure; the state is asked first for secrets this run has not seen. */
  async explain(error: unknown) {
    if (this.#stack) this.#mayQuote = await revealStateSecrets(this.#stack, this.#redactor);
    const thrown =
      error instanceof ConcurrentUpdateError ? "the stack is currently locked by another run" : summaryOf(error);
    const withheld = "details are withheld, because they may hold a secret";
    const quote = (text: string) => (this.#mayQuote ? this.#redactor.redact(text) : withheld);
    const diagnostics = this.#diagnostics.map((d) => ({ ...d, message: quote(d.message) }));
    return translateError({ diagnostics, failedUrn: this.#failedUrn, thrown: quote(thrown) });
  }

  /** Sends the diagnostics that waited. */
  flush(): void {
    if (!this.#mayQuote) return;
    for (const { severity, message } of this.#diagnostics) {
      this.#context.onEvent({ type: "diagnostic", severity, message: this.#redactor.redact(message) });
    }
  }
}
