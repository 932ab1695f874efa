import { readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { readIfThere } from "../instance/atomicFile.ts";
import type { DockerdPlace } from "./dockerdPlace.ts";

/** Process id in a pid file when that process lives and runs the program; else undefined. */
export async function liveProcess(pidFile: string, program: string): Promise<number | undefined> {
  const pid = Number.parseInt((await readIfThere(pidFile)) ?? "", 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    const name = await readFile(`/proc/${pid}/comm`, "utf8");
    const state = await readFile(`/proc/${pid}/stat`, "utf8");
    const zombie = state.slice(state.lastIndexOf(")") + 2).startsWith("Z");
    return name.trim() === program && !zombie ? pid : undefined;
  } catch {
    // The process has gone, possibly in this moment.
    return undefined;
  }
}

/** True when a server answers on a unix socket. */
function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.setTimeout(2000, () => socket.destroy());
    socket.once("connect", () => {
      resolve(true);
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });
}

/**
 * Removes what a killed engine left and a new one trips over. Its pid files hold numbers that may belong to other
 * programs by now (always so when the machine's process numbers began anew), and dockerd believes them: it refuses to
 * start, or waits for a containerd that isn't there. A containerd that still runs is kept: the new engine takes it over.
 * @returns the paths that were removed
 */
export async function clearStale(place: DockerdPlace): Promise<readonly string[]> {
  const containerd = join(place.execRoot, "containerd");
  const stale: string[] = [];
  if ((await liveProcess(place.pidFile, "dockerd")) === undefined) stale.push(place.pidFile);
  if ((await liveProcess(join(containerd, "containerd.pid"), "containerd")) === undefined) {
    for (const file of ["containerd.pid", "containerd.sock", "containerd.sock.ttrpc", "containerd-debug.sock"]) {
      stale.push(join(containerd, file));
    }
  }
  if (!(await listens(place.systemContainerd))) stale.push(place.systemContainerd);
  const removed: string[] = [];
  for (const path of stale) {
    try {
      await rm(path);
      removed.push(path);
    } catch {
      // Not there: nothing was left behind.
    }
  }
  return removed;
}
