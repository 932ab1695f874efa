import { randomBytes } from "node:crypto";
import { lstat, readlink, stat, symlink, unlink } from "node:fs/promises";
import type { Keyring } from "@supalove/contracts";
import { CliError, codeOf } from "../errors.ts";
import { createFileOnce } from "./atomicFile.ts";
import { makeFolder } from "./makeFolder.ts";
import type { InstancePaths } from "./paths.ts";

const random = () => randomBytes(32).toString("base64url");

function newKeyring(): string {
  const ring: Keyring = { current: "k1", keys: { k1: random() } };
  return `${JSON.stringify(ring)}\n`;
}

/** True when the instance was made on this machine and not destroyed since. */
export async function instanceExists(paths: InstancePaths): Promise<boolean> {
  try {
    return (await stat(paths.passphrase)).isFile();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/**
 * Makes an instance's folder with its secrets where they are missing; never changes one that is there. Only the owner
 * may look inside.
 */
export async function ensureInstanceFolder(paths: InstancePaths): Promise<void> {
  for (const dir of [paths.dir, paths.state, paths.logs]) await makeFolder(dir);
  await createFileOnce(paths.passphrase, `${random()}\n`);
  await createFileOnce(paths.masterKeyring, newKeyring());
  await createFileOnce(paths.dataPlaneKeyring, newKeyring());
  await createFileOnce(paths.stackConfig, "config: {}\n");
  await linkStackConfig(paths);
}

/** Points `Pulumi.<instance>.yaml` at the repository root to the instance's folder, so that plain `pulumi` finds it. */
async function linkStackConfig(paths: InstancePaths): Promise<void> {
  const there = await currentTarget(paths.stackConfigLink);
  if (there === paths.stackConfig) return;
  if (there === "") {
    throw new CliError(
      `${paths.stackConfigLink} is a file, but must be a link to the instance's own configuration`,
      `move its settings to ${paths.stackConfig} and remove it`,
    );
  }
  if (there !== undefined) await unlink(paths.stackConfigLink);
  try {
    await symlink(paths.stackConfig, paths.stackConfigLink);
  } catch (error) {
    // Another run of ours was quicker.
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Target of a link, the empty string for something else than a link, undefined for nothing. */
async function currentTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : "";
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
