import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { platformProgram } from "@supalove/infra";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { engineEnv } from "./engineEnv.ts";

/** The base stack of an instance. */
export interface PlatformStack {
  readonly stack: Stack;
  /** Its outputs, secrets in clear: not for logs. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Opens the base stack of an instance, made where it is new. It is the same stack that plain `pulumi` at the repository
 * root works on: same project, same state, same program.
 * @param beforeProgram runs inside each run of the program, before its first resource
 */
export async function openStack(
  context: CliContext,
  beforeProgram: () => void = () => undefined,
): Promise<PlatformStack> {
  const env = engineEnv(context.config, context.paths, context.instance);
  const program = () => {
    beforeProgram();
    return platformProgram();
  };
  try {
    const pulumiCommand = await PulumiCommand.get({ root: context.config.pulumiHome });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: context.instance, projectName: "supalove", program },
      { workDir: context.config.root, pulumiHome: context.config.pulumiHome, pulumiCommand, envVars: { ...env } },
    );
    return withoutTail(stack);
  } catch (error) {
    throw new CliError(
      `the Pulumi engine could not open the stack: ${messageOf(error).trim()}`,
      "run ./supalove setup",
      {
        cause: error,
      },
    );
  }
}

/**
 * After each change the Automation API starts the engine three more times, one after the other, for outputs in two forms
 * and for the history. Outputs are asked for where they are used; the rest comes from the engine's events.
 */
function withoutTail(stack: Stack): PlatformStack {
  const outputs = stack.outputs.bind(stack);
  stack.info = async () => undefined;
  stack.outputs = async () => ({});
  return {
    stack,
    async outputs() {
      return Object.fromEntries(Object.entries(await outputs()).map(([name, { value }]) => [name, value]));
    },
  };
}
