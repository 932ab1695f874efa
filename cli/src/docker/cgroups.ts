import { readFile } from "node:fs/promises";
import { mustRun } from "../system/run.ts";

const CGROUPS = "/sys/fs/cgroup";

/** True when control groups are mounted, in whichever version. */
export function cgroupsMounted(mounts: string): boolean {
  return mounts.split("\n").some((line) => line.split(" ")[1]?.startsWith(CGROUPS) === true);
}

/** Mounts the control groups where no init system did: the engine does not start without them. */
export async function mountCgroups(): Promise<void> {
  if (cgroupsMounted(await readFile("/proc/self/mounts", "utf8"))) return;
  await mustRun("mount", ["-t", "cgroup2", "-o", "nosuid,nodev,noexec", "cgroup2", CGROUPS]);
}
