import { createInterface } from "node:readline/promises";
import type { CliContext } from "./context.ts";
import { CliError } from "./errors.ts";

/**
 * Has a person type a name before something is lost for good.
 * @param flag option that stands for the typed name where nobody can type
 * @throws CliError unless the name was typed exactly
 */
export async function confirmByName(context: CliContext, name: string, flag: string): Promise<void> {
  const typed = await ask(context, `Type ${name} to go on: `, flag);
  if (typed.trim() !== name) throw new CliError("that is not the name; nothing was changed");
}

/**
 * Asks a person whether to go on.
 * @param flag option that stands for the answer where nobody can give one
 * @throws CliError unless it is yes
 */
export async function confirmYes(context: CliContext, question: string, flag: string): Promise<void> {
  const answer = await ask(context, `${question} [y/N] `, flag);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("nothing was changed");
}

async function ask(context: CliContext, question: string, flag: string): Promise<string> {
  if (process.stdin.isTTY !== true) {
    throw new CliError("this needs a confirmation, and there is no terminal to type it", `give ${flag} if you mean it`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: context.signal });
  } finally {
    lines.close();
  }
}
