import { createInterface } from "node:readline/promises";
import type { CliContext } from "./context.ts";
import { CliError } from "./errors.ts";

/**
 * Has a person type a name before something is lost for good.
 * @param flag option that stands for the typed name where nobody can type
 * @throws CliError unless the name was typed exactly
 */
export async function confirmByName(context: CliContext, name: string, flag: string): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new CliError("this needs a confirmation, and there is no terminal to type it", `give ${flag} if you mean it`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await lines.question(`Type ${name} to go on: `, { signal: context.signal });
    if (typed.trim() !== name) throw new CliError("that is not the name; nothing was changed");
  } finally {
    lines.close();
  }
}
