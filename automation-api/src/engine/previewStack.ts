import { type EngineEvent, type Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import {
  deletionSteps,
  type PlannedStep,
  plannedChanges,
  plannedStep,
  type Redactor,
  revealStateSecrets,
  type StateResource,
  secretsIn,
} from "@supalove/components/preview/index.ts";
import type { PlannedChange } from "@supalove/contracts/api/previews.ts";
import type { EngineCommand } from "./protocol.ts";
import type { EngineCall } from "./runCommand.ts";

/** The state could not be asked for its secrets, so nothing of the plan may be shown. */
export class StateUnreadable extends Error {
  override readonly name = "StateUnreadable";
}

/**
 * What a run of a stack would do. Reads, and writes nothing.
 * @param start starts the engine in the way of the run that this belongs to
 */
export async function previewStack(
  command: Extract<EngineCommand, { action: "preview" }>,
  stack: Stack,
  redactor: Redactor,
  start: (run: EngineCall) => Promise<void>,
): Promise<PlannedChange[]> {
  const steps: PlannedStep[] = [];
  if (command.kind === "delete") {
    await start(async () => steps.push(...(await deletions(stack, redactor))));
    return plannedChanges(steps, redactor, "delete");
  }
  await start(async (options) => {
    const onEvent = (event: EngineEvent) => {
      options.onEvent(event);
      const step = plannedStep(event);
      if (step) steps.push(step);
    };
    // Side by side: the state knows secrets that may stand in places the engine takes for harmless.
    const known = command.kind === "create" ? Promise.resolve(true) : revealStateSecrets(stack, redactor);
    const [readable] = await Promise.all([known, stack.preview({ ...options, onEvent, refresh: command.refresh })]);
    if (!readable) throw new StateUnreadable("the stack's state could not be read");
  });
  return plannedChanges(steps, redactor, command.kind);
}

/** A destroy takes everything the state holds; the engine would refuse to plan it while the data is protected. */
async function deletions(stack: Stack, redactor: Redactor): Promise<PlannedStep[]> {
  try {
    const { deployment } = await stack.exportStack();
    for (const secret of secretsIn(deployment)) redactor.addAll(secret);
    return deletionSteps((deployment as { readonly resources?: readonly StateResource[] }).resources ?? []);
  } catch (error) {
    // Nothing was made yet.
    if (error instanceof StackNotFoundError) return [];
    throw error;
  }
}
