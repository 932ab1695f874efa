import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { instance, supalove } from "./platform.ts";

/*
 * What an instance keeps secret, and a search for it in texts. Secrets are told by their names alone: a test that fails
 * does not print one.
 */

/** Secrets by where they were read from. */
export type Secrets = ReadonlyMap<string, string>;

/** Shorter texts would be found by chance; no generated secret is so short. */
const MIN_LENGTH = 16;

/** The mark of a secret in Pulumi's exported states. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Output of a program, both streams. @throws when it fails */
export async function read(command: string, ...args: string[]): Promise<string> {
  const { all } = await execa(command, args, { all: true, cwd: root, stdin: "ignore", maxBuffer: 1e9 });
  return all;
}

/** Runs plain `pulumi` on the instance's base stack. A refusal is an answer too: what it printed counts. */
export async function pulumi(...args: string[]): Promise<string> {
  const { stdout } = await supalove("env", "--json");
  const env = JSON.parse(stdout) as Record<string, string>;
  const options = { all: true, cwd: root, env, stdin: "ignore", reject: false, maxBuffer: 1e9 } as const;
  return (await execa("pulumi", [...args, "--non-interactive", "--color", "never"], options)).all;
}

/** Runs the engine where the project stacks are, on one of them. */
export const projectPulumi = (ref: string, ...args: string[]) =>
  read("docker", "exec", `${instance}-runner`, "/opt/pulumi/bin/pulumi", "stack", ...args, "--stack", stackName(ref));

const stackName = (ref: string) => `organization/supalove-project/${ref}`;

/** Folder of the instance, and the files in it that hold secrets because that is what they are for. */
export async function instanceFolder(): Promise<{ dir: string; keyFiles: readonly string[] }> {
  const { stdout } = await supalove("env", "--json");
  const env = JSON.parse(stdout) as Record<string, string>;
  const passphrase = env["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
  const dir = dirname(passphrase);
  return { dir, keyFiles: [passphrase, join(dir, "keyring-master.json"), join(dir, "keyring-data-plane.json")] };
}

/** Every other file of the instance's folder, with its content. */
export async function instanceFiles(): Promise<ReadonlyMap<string, string>> {
  const { dir, keyFiles } = await instanceFolder();
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const others = paths.filter((path) => !keyFiles.includes(path));
  return new Map(await Promise.all(others.map(async (path) => [path, await readFile(path, "utf8")] as const)));
}

/** Ids of the instance's containers, those that are stopped too. */
export async function containerIds(): Promise<string[]> {
  const ids = await read("docker", "ps", "-aq", "--no-trunc", "--filter", `label=supalove.instance=${instance}`);
  return ids.split("\n").filter((id) => id !== "");
}

/** Secrets of the platform itself: its folder's keys, what its containers are given, what the base stack marks as secret. */
export async function platformSecrets(): Promise<Secrets> {
  const found = new Map<string, string>();
  const { keyFiles } = await instanceFolder();
  for (const file of keyFiles) collect(found, file, parsed((await readFile(file, "utf8")).trim()));
  for (const service of ["control-db", "shared-db"]) {
    const file = "/run/supalove/superuser-password";
    const password = await read("docker", "exec", "-u", "postgres", `${instance}-${service}`, "cat", file);
    collect(found, `superuser of ${service}`, password.trim());
  }
  for (const id of await containerIds()) {
    const [inspected] = JSON.parse(await read("docker", "inspect", id)) as [
      { Name: string; Config: { Env: string[] } },
    ];
    for (const line of inspected.Config.Env) collectVariable(found, inspected.Name, line);
  }
  const exported = JSON.parse(await pulumi("stack", "export", "--show-secrets")) as unknown;
  for (const [path, value] of markedSecrets(exported)) collect(found, `base stack ${path}`, value);
  return found;
}

/** Secrets of a project that its stack has, services' passwords included. */
export async function projectStackSecrets(ref: string): Promise<Secrets> {
  const found = new Map<string, string>();
  const outputs = JSON.parse(await projectPulumi(ref, "output", "--json", "--show-secrets")) as Record<string, unknown>;
  for (const name of [
    "jwtSecret",
    "anonKey",
    "serviceRoleKey",
    "publishableKey",
    "secretKey",
    "previousKeys",
    "passwords",
  ]) {
    collect(found, `output ${name}`, outputs[name]);
  }
  const exported = JSON.parse(await projectPulumi(ref, "export", "--show-secrets")) as unknown;
  for (const [path, value] of markedSecrets(exported)) collect(found, `project stack ${path}`, value);
  return found;
}

/** Remembers every text of a value that a secret could be: one word, long enough. */
function collect(found: Map<string, string>, name: string, value: unknown): void {
  if (typeof value === "string") {
    if (value.length >= MIN_LENGTH && /^\S+$/.test(value)) found.set(name, value);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) collect(found, `${name}.${key}`, child);
  }
}

/** Variables that hold a secret by their name; passwords in URLs and JSON whatever the name. */
function collectVariable(found: Map<string, string>, container: string, line: string): void {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
  const where = `${container} ${name}`;
  const inUrl = /^[a-z]+:\/\/[^:/@]*:([^@]*)@/.exec(value)?.[1];
  if (inUrl !== undefined) collect(found, `${where} (password)`, decodeURIComponent(inUrl));
  const json = parsed(value);
  if (typeof json === "object" && json !== null) {
    const { password, keys } = json as Record<string, unknown>;
    collect(found, where, { password, keys });
  } else if (/PASS(WORD)?$|SECRET$|TOKEN$|KEY$/.test(name)) collect(found, where, value);
}

/** Secrets of an exported state that are a text of their own, with their paths. */
function markedSecrets(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  const { [SIGNATURE]: mark, plaintext } = value as Record<string, unknown>;
  if (mark !== undefined && typeof plaintext === "string") {
    const secret = parsed(plaintext);
    return typeof secret === "string" ? [[path, secret]] : [];
  }
  return Object.entries(value).flatMap(([key, child]) => markedSecrets(child, `${path}/${key}`));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Names of the secrets that a text holds: as they are, in base64 of either alphabet, or in hexadecimal. */
export function secretsIn(text: string, secrets: Secrets): string[] {
  const haystack = `${text}\n${inUrlAlphabet(text)}`;
  return [...secrets]
    .filter(([, secret]) => forms(secret).some((form) => haystack.includes(form)))
    .map(([name]) => name);
}

function forms(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [secret, inUrlAlphabet(secret), bytes.toString("base64url"), bytes.toString("hex")];
}

const inUrlAlphabet = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_");
