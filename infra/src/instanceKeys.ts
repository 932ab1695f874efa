import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type InstanceName, Keyring } from "@supalove/contracts";
import { SettingsError } from "./settings.ts";

/** Secrets of an instance that are not the stack's own: they must survive it, and a recovery starts from them. */
export interface InstanceKeys {
  /** Passphrase of the stacks' secrets. */
  readonly passphrase: string;
  /** Keyring of the control database's secrets, as JSON. */
  readonly masterKey: string;
  /** Keyring of what the data plane reads, as JSON. */
  readonly dataPlaneKey: string;
}

/** Reads them from the instance's folder, where the command line made them. @throws SettingsError naming the file */
export async function readInstanceKeys(instance: InstanceName, home: string = homedir()): Promise<InstanceKeys> {
  const folder = join(home, ".supalove", instance);
  const read = async (file: string) => {
    try {
      return (await readFile(join(folder, file), "utf8")).trim();
    } catch (cause) {
      throw new SettingsError(`${join(folder, file)} can't be read: run ./supalove up, which makes it`, { cause });
    }
  };
  const keyring = async (file: string) => {
    try {
      return JSON.stringify(Keyring.parse(JSON.parse(await read(file))));
    } catch (cause) {
      if (cause instanceof SettingsError) throw cause;
      throw new SettingsError(`${join(folder, file)} is no keyring: restore it from the recovery key`, { cause });
    }
  };
  const [passphrase, masterKey, dataPlaneKey] = await Promise.all([
    read("passphrase"),
    keyring("keyring-master.json"),
    keyring("keyring-data-plane.json"),
  ]);
  return { passphrase, masterKey, dataPlaneKey };
}
