import { platformName } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { docker, dockerError } from "../docker/docker.ts";
import { CliError } from "../errors.ts";

const TOKEN = /^sbp_[0-9a-f]{40}$/;

/**
 * Has the running `api` make a personal access token of the local admin.
 * @param ttl how long it is good for, `24h` for example
 */
export async function mintToken(context: CliContext, ttl: string, name: string): Promise<string> {
  const container = platformName(context.instance, "api");
  const args = ["exec", container, "node", "/app/admin.js", "token", "--ttl", ttl, "--name", name];
  const result = await docker(args, { timeoutMs: 30_000 });
  if (result.code !== 0) {
    if (/no such container|is not running/i.test(result.stderr)) {
      throw new CliError(`the platform ${context.instance} does not run`, "bring it up with ./supalove up");
    }
    if (/daemon|permission denied/i.test(result.stderr)) throw dockerError(args, result);
    const reason = result.stderr.trim().split("\n").at(-1) ?? "";
    if (reason.startsWith("--")) throw new CliError(reason, "./supalove token --help shows what is taken");
    throw new CliError(`no token could be made: ${reason}`, "look at ./supalove status and ./supalove logs api");
  }
  const token = result.stdout.trim().split("\n").at(-1) ?? "";
  if (!TOKEN.test(token)) throw new CliError("the platform answered with something else than a token");
  return token;
}
