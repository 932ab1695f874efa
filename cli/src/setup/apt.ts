import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { findProgram } from "../system/findProgram.ts";
import { takeLock } from "../system/machineLock.ts";
import { run } from "../system/run.ts";
import type { SetupContext } from "./step.ts";

/** Why packages of the operating system can't be installed here; undefined when they can. */
export async function canInstall(context: CliContext): Promise<string | undefined> {
  if (!context.mayInstall) return "--no-install was given";
  if ((await findProgram("apt-get", context.config.path)) === undefined) return "this is not Debian or Ubuntu";
  if (process.getuid?.() !== 0) return "only root may install packages";
  return undefined;
}

/** Candidate version that apt has for a package, undefined when it knows none. */
export async function aptCandidate(name: string): Promise<string | undefined> {
  const policy = await run("apt-cache", ["policy", name], { env: { ...process.env, LANG: "C" } });
  const version = /Candidate: (\S+)/.exec(policy.stdout)?.[1];
  return version === undefined || version === "(none)" ? undefined : version;
}

let updated = false;

/** Refreshes apt's lists, once in a run. */
export async function aptUpdate(context: SetupContext, report: (text: string) => void): Promise<void> {
  if (updated) return;
  report("refreshing the package lists");
  await apt(context, ["update"]);
  updated = true;
}

/**
 * Installs packages of the operating system, without their recommendations.
 * @param packages names; `a|b` stands for the first that apt has
 * @param options.optional those that are skipped where apt does not have them
 */
export async function aptInstall(
  context: SetupContext,
  packages: readonly string[],
  options: { readonly optional?: readonly string[]; readonly report: (text: string) => void },
): Promise<void> {
  const lock = await takeLock("apt", "installing packages", (holder) => options.report(`waiting for ${holder}`));
  try {
    await aptUpdate(context, options.report);
    const wanted: string[] = [];
    for (const name of packages) {
      if (options.optional?.includes(name) === true && (await aptCandidate(name)) === undefined) continue;
      wanted.push(await firstKnown(name.split("|")));
    }
    options.report(`installing ${wanted.join(", ")}`);
    await apt(context, ["install", "--yes", "--no-install-recommends", ...wanted]);
  } finally {
    await lock.release();
  }
}

/** The first of several names that apt has; the last one, for its error message, when it has none. */
async function firstKnown(names: readonly string[]): Promise<string> {
  for (const name of names.slice(0, -1)) if ((await aptCandidate(name)) !== undefined) return name;
  return names.at(-1) ?? "";
}

async function apt(context: SetupContext, args: readonly string[]): Promise<void> {
  const log = join(context.logDir, "apt.log");
  const result = await run("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
    env: { ...context.config.env, DEBIAN_FRONTEND: "noninteractive", LANG: "C.UTF-8" },
    signal: context.signal,
  });
  await appendFile(log, `$ apt-get ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  if (result.code === 0) return;
  const why = result.stderr.split("\n").find((line) => line.startsWith("E:")) ?? "unknown reason";
  throw new CliError(
    `apt-get ${args[0]} failed: ${why.replace(/^E: /, "")}`,
    `read ${log}, mend it, run ./supalove setup again`,
  );
}
