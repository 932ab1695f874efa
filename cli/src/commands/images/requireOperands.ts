import { ImageNote, ImageReference, ImageVersion, StackService } from "@supalove/contracts";
import { CliError } from "../../errors.ts";

const OPERANDS = [
  ["service", StackService, `there are ${StackService.options.join(", ")}`],
  ["version", ImageVersion, "it is letters, digits, '.', '_', '+' and '-', 64 at most, as 15.8.1.085"],
  ["reference", ImageReference, "it is name:tag or name@sha256:digest, as supabase/postgres:15.8.1.085"],
] as const;

/** Refuses what can't be meant before anything is asked. @throws CliError */
export function requireOperands(args: readonly string[], note = ""): void {
  const noted = ImageNote.safeParse(note);
  if (!noted.success)
    throw new CliError(`--note ${noted.error.issues[0]?.message}`, "give it fewer words, in one line");
  for (const [at, text] of args.entries()) {
    const operand = OPERANDS[at];
    if (operand === undefined) continue;
    const [what, schema, rule] = operand;
    if (!schema.safeParse(text).success)
      throw new CliError(`${what} ${JSON.stringify(text.slice(0, 80))} can't be`, rule);
  }
}
