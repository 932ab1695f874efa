import { stat } from "node:fs/promises";
import { SettingsError } from "./settings.ts";

const SOCKET = "/var/run/docker.sock";

/** The Docker engine's socket on this host and the group that may use it. @throws SettingsError where there is none */
export async function findDockerSocket(path: string = SOCKET): Promise<{ path: string; group: string }> {
  try {
    return { path, group: String((await stat(path)).gid) };
  } catch (cause) {
    throw new SettingsError(`no Docker socket at ${path}: start the Docker engine`, { cause });
  }
}
