import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import type { CliContext } from "../context.ts";
import { docker } from "../docker/docker.ts";
import { CliError, codeOf } from "../errors.ts";
import type { PlannedStep } from "./step.ts";

const GIB = 1024 ** 3;

/** Free space for building everything from nothing, and for a platform that is built. */
export const DISK_TO_BUILD_GIB = 12;
export const DISK_TO_RUN_GIB = 2;
/** The base stack takes about 1.5 GiB; building images and the engine beside it as much again. */
export const MEMORY_GIB = 3;

/** The machine as far as the set-up cares. */
export interface MachineFacts {
  readonly platform: string;
  readonly arch: string;
  readonly memoryGib: number;
  /** Where the least is free: the home folder, or the Docker engine's data. */
  readonly disk: { readonly path: string; readonly freeGib: number };
}

/** Looks at this machine. */
export async function machineFacts(context: CliContext): Promise<MachineFacts> {
  const places = await Promise.all([freeDisk(context.config.home), dockerDisk(context)]);
  const [disk = { path: context.config.home, freeGib: 0 }] = places
    .filter((place) => place !== undefined)
    .sort((a, b) => a.freeGib - b.freeGib);
  return {
    platform: process.platform,
    arch: process.arch,
    memoryGib: totalmem() / GIB,
    disk,
  };
}

/** Free space at a path, or at the nearest folder above it that exists. */
async function freeDisk(path: string): Promise<MachineFacts["disk"]> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, freeGib: (bavail * bsize) / GIB };
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    return { path, freeGib: (await freeDisk(dirname(path))).freeGib };
  }
}

/** The disk of this machine's own engine while it answers: images and volumes may have one of their own. */
async function dockerDisk({ config }: CliContext): Promise<MachineFacts["disk"] | undefined> {
  if (config.dockerHost !== undefined) return undefined;
  const { code, stdout } = await docker(["info", "--format", "{{.DockerRootDir}}"], { timeoutMs: 10_000 });
  return code === 0 && stdout.startsWith("/") ? freeDisk(stdout.trim()) : undefined;
}

/** First reason why the set-up can't work on a machine. */
export function machineProblem(machine: MachineFacts, building: boolean): CliError | undefined {
  const wanted = building ? DISK_TO_BUILD_GIB : DISK_TO_RUN_GIB;
  if (machine.platform !== "linux" || machine.arch !== "x64") {
    return new CliError(
      `Supalove runs on Linux on x64, this is ${machine.platform} on ${machine.arch}`,
      "use a Linux machine with an x64 (amd64) processor",
    );
  }
  if (machine.disk.freeGib < wanted) {
    return new CliError(
      `only ${machine.disk.freeGib.toFixed(1)} GiB of disk are free at ${machine.disk.path}, ${wanted} GiB are needed`,
      "free some space, for example with docker system prune",
    );
  }
  if (machine.memoryGib < MEMORY_GIB) {
    return new CliError(
      `the machine has ${machine.memoryGib.toFixed(1)} GiB of memory, ${MEMORY_GIB} GiB are needed`,
      "use a larger machine",
    );
  }
  return undefined;
}

/** Stops a set-up, or an `up` with nothing to set up, that would fail half-way. @throws CliError */
export async function preflight(context: CliContext, due: readonly PlannedStep[]): Promise<void> {
  const building = due.some(({ step }) => step.name === "images" || step.name === "Pulumi engine");
  const problem = machineProblem(await machineFacts(context), building);
  if (problem !== undefined) throw problem;
}
