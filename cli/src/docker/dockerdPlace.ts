import { join } from "node:path";

/** Files of one Docker engine on this machine. */
export interface DockerdPlace {
  readonly pidFile: string;
  /** Sockets and pid files of the engine and of the containerd it starts. */
  readonly execRoot: string;
  readonly socket: string;
  /** Socket of a containerd that the system runs; the engine uses it when the file is there, alive or not. */
  readonly systemContainerd: string;
  readonly log: string;
  /** Arguments beyond the defaults. */
  readonly args: readonly string[];
  /** Command that the engine is started by; empty for none. */
  readonly through: readonly string[];
}

/** The machine's own engine. */
export const SYSTEM_DOCKERD: DockerdPlace = {
  pidFile: "/var/run/docker.pid",
  execRoot: "/var/run/docker",
  socket: "/var/run/docker.sock",
  systemContainerd: "/run/containerd/containerd.sock",
  log: "/var/log/supalove-dockerd.log",
  args: [],
  through: [],
};

/**
 * An engine of one's own under a folder, beside the system's; for tests of crashes. It makes no bridge, and in a network
 * namespace of its own it can't take away the other's.
 */
export function privateDockerd(dir: string): DockerdPlace {
  const place = { pidFile: join(dir, "docker.pid"), execRoot: join(dir, "exec"), socket: join(dir, "docker.sock") };
  return {
    ...place,
    systemContainerd: join(dir, "none.sock"),
    log: join(dir, "dockerd.log"),
    args: [
      `--data-root=${join(dir, "data")}`,
      `--exec-root=${place.execRoot}`,
      `--pidfile=${place.pidFile}`,
      `--host=unix://${place.socket}`,
      "--bridge=none",
      "--iptables=false",
    ],
    through: ["unshare", "--net"],
  };
}
