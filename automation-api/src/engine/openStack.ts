import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type InlineProgramArgs,
  LocalWorkspace,
  PulumiCommand,
  Stack,
  StackAlreadyExistsError,
} from "@pulumi/pulumi/automation/index.js";
import { PROJECT_STACKS } from "@supalove/stacks";
import { backendVariables } from "./engineSecrets.ts";
import type { EngineSettings } from "./engineSettings.ts";
import type { StackPresence } from "./protocol.ts";

/** The CLI, looked up once a process. */
export const findPulumi = ({ pulumiRoot }: EngineSettings) =>
  PulumiCommand.get(pulumiRoot === undefined ? {} : { root: pulumiRoot });

export interface StackOpening {
  readonly name: string;
  readonly presence: StackPresence;
  /** False to fail with StackNotFoundError where an `unknown` stack is not there. */
  readonly mayCreate: boolean;
}

/**
 * Opens a project's stack without asking the engine anything it need not be asked: each start of the CLI costs 0.15 to
 * 0.3 seconds, and after an update the Automation API starts it three more times for answers nobody reads here.
 */
export async function openStack(
  settings: EngineSettings,
  pulumi: PulumiCommand,
  opening: StackOpening,
  program: InlineProgramArgs["program"],
  env: Readonly<Record<string, string>>,
): Promise<Stack> {
  const workDir = stackFolder(settings, opening.name);
  await mkdir(workDir, { recursive: true, mode: 0o700 });
  const workspace = await LocalWorkspace.create({
    workDir,
    pulumiCommand: pulumi,
    pulumiHome: settings.pulumiHome,
    program,
    // The backend is not in the project settings: they are a file.
    envVars: { ...env, ...backendVariables(settings) },
    projectSettings: { name: PROJECT_STACKS, runtime: "nodejs" },
  });
  const stack = await survivingFirstUse(() => openIn(workspace, opening));
  return Object.assign(stack, { info: async () => undefined, outputs: async () => ({}) });
}

/** Words of an engine that began to make the table or an index of all states while another one made it. */
const TABLE_RACE = /failed to create .*\(23505\)/s;

/** The first engines of a platform make its table at once, and all but one of them fail: then the table is there. */
async function survivingFirstUse<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Error && TABLE_RACE.test(error.message))) throw error;
    return open();
  }
}

async function openIn(workspace: LocalWorkspace, { name, presence, mayCreate }: StackOpening): Promise<Stack> {
  if (presence === "unknown") return mayCreate ? Stack.createOrSelect(name, workspace) : Stack.select(name, workspace);
  if (presence === "new") {
    try {
      return await Stack.create(name, workspace);
    } catch (error) {
      // An earlier attempt came as far as this.
      if (!(error instanceof StackAlreadyExistsError)) throw error;
    }
  }
  // Selecting only asks whether the stack exists; every command names it anyway and would say so itself.
  const selected = Object.assign(workspace, { selectStack: async () => {} });
  return Stack.select(name, selected);
}

/** Folder of a stack: project file and encryption salt. Can be lost at any time, the state holds all that matters. */
export const stackFolder = ({ workRoot }: EngineSettings, name: string) => join(workRoot, name);

/** Removes a stack's folder. */
export const removeStackFolder = (settings: EngineSettings, name: string) =>
  rm(stackFolder(settings, name), { recursive: true, force: true });
