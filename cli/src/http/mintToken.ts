import { platformName } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { docker, dockerError } from "../docker/docker.ts";
import { CliError } from "../errors.ts";

const TOKEN = /^sbp_[0-9a-f]{40}$/;

/**
 * Runs one of the platform's administrative commands inside the running `api`.
 * @returns what it printed
 * @throws CliError
 */
export function runAdmin(context: CliContext, command: readonly string[]): Promise<string> {
  return runInside(context, { service: "api", file: "admin.js", timeoutMs: 60_000 }, command);
}

/** A program of the platform for its operator, in the container of the part that has the rights for it. */
interface InsideProgram {
  readonly service: "api" | "runner";
  readonly file: string;
  readonly timeoutMs: number;
  /** What to do where it refuses. */
  readonly nextStep?: string;
}

/** Runs one of the platform's programs where it has the rights for it, and gives what it printed. @throws CliError */
export async function runInside(
  context: CliContext,
  { service, file, timeoutMs, nextStep }: InsideProgram,
  command: readonly string[],
): Promise<string> {
  const args = ["exec", platformName(context.instance, service), "node", `/app/${file}`, ...command];
  const result = await docker(args, { timeoutMs });
  if (result.code === 0) return result.stdout.trim();
  if (/no such container|is not running/i.test(result.stderr)) {
    throw new CliError(`the platform ${context.instance} does not run`, "bring it up with ./supalove up");
  }
  if (/daemon|permission denied/i.test(result.stderr)) throw dockerError(args, result);
  const reason = result.stderr.trim().split("\n").at(-1) ?? "";
  if (reason.startsWith("--")) throw new CliError(reason, `./supalove ${command[0]} --help shows what is taken`);
  throw new CliError(
    `the platform could not do that (${command[0]}): ${reason}`,
    nextStep ?? `look at ./supalove status and ./supalove logs ${service}`,
  );
}

/**
 * Has the running `api` make a personal access token of the local admin.
 * @param ttl how long it is good for, `24h` for example
 */
export async function mintToken(context: CliContext, ttl: string, name: string): Promise<string> {
  const printed = await runAdmin(context, ["token", "--ttl", ttl, "--name", name]);
  const token = printed.split("\n").at(-1) ?? "";
  if (!TOKEN.test(token)) throw new CliError("the platform answered with something else than a token");
  return token;
}
