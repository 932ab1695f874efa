import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/*
 * The platform as a stranger sees it: the launcher, URLs and a token. Nothing here imports from the application.
 */

const launcher = fileURLToPath(new URL("../../supalove", import.meta.url));

/** Instance under test; `./supalove test` sets it, by hand use `SUPALOVE_TEST_INSTANCE=supalove npx vitest ...`. */
export const instance = process.env["SUPALOVE_TEST_INSTANCE"] ?? "supalove";

export interface PlatformStatus {
  readonly instance: string;
  readonly healthy: boolean;
  readonly urls: {
    readonly dashboard: string;
    readonly api: string;
    readonly gateway: string;
    readonly keycloak: string;
    readonly prometheus: string;
    readonly grafana: string | null;
  };
  readonly services: readonly { readonly name: string; readonly status: string; readonly detail?: string }[];
}

/** Runs `./supalove --instance <instance under test> ...` and gives the finished process, whatever its exit code. */
export function supalove(...args: string[]) {
  return execa(launcher, ["--instance", instance, ...args], { reject: false, stdin: "ignore" });
}

let statusOnce: Promise<PlatformStatus> | undefined;

/** Status as it was at the first call in this file. */
export function platform(): Promise<PlatformStatus> {
  statusOnce ??= readStatus();
  return statusOnce;
}

export async function readStatus(): Promise<PlatformStatus> {
  const { stdout, stderr, exitCode } = await supalove("status", "--json");
  if (exitCode !== 0) throw new Error(`./supalove status --json ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as PlatformStatus;
}

/** The file of the instance's settings, `Pulumi.<instance>.yaml`. Who changes it puts it back. */
export async function settingsFile(): Promise<string> {
  const { PULUMI_BACKEND_URL = "" } = JSON.parse((await supalove("env", "--json")).stdout) as Record<string, string>;
  return join(dirname(PULUMI_BACKEND_URL.replace("file://", "")), `Pulumi.${instance}.yaml`);
}

/** Text of the settings with further ones, each a line such as `supalove:signUp: "false"`. */
export const withSettings = (text: string, ...lines: readonly string[]) =>
  text.replace(/^config:\n/m, `config:\n${lines.map((line) => `  ${line}\n`).join("")}`);

let tokenOnce: Promise<string> | undefined;

/** A personal access token of the local admin, one for the whole test file. */
export function adminToken(): Promise<string> {
  tokenOnce ??= supalove("token", "--ttl", "2h").then(({ stdout, stderr, exitCode }) => {
    const token = stdout.trim().split("\n").at(-1) ?? "";
    if (exitCode !== 0 || !/^sbp_[0-9a-f]{40}$/.test(token)) throw new Error(`no token (${exitCode}): ${stderr}`);
    return token;
  });
  return tokenOnce;
}
