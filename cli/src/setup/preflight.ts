import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
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
  readonly diskFreeGib: number;
}

/** Looks at this machine. */
export async function machineFacts(context: CliContext): Promise<MachineFacts> {
  const disk = await statfs(context.config.home);
  return {
    platform: process.platform,
    arch: process.arch,
    memoryGib: totalmem() / GIB,
    diskFreeGib: (disk.bavail * disk.bsize) / GIB,
  };
}

/** First reason why the set-up can't work on a machine. */
export function machineProblem(machine: MachineFacts, building: boolean): CliError | undefined {
  const wanted = building ? DISK_TO_BUILD_GIB : DISK_TO_RUN_GIB;
  if (machine.platform !== "linux" || !["x64", "arm64"].includes(machine.arch)) {
    return new CliError(
      `Supalove runs on Linux on x64 or arm64, this is ${machine.platform} on ${machine.arch}`,
      "use a Linux machine",
    );
  }
  if (machine.diskFreeGib < wanted) {
    return new CliError(
      `only ${machine.diskFreeGib.toFixed(1)} GiB of disk are free, ${wanted} GiB are needed`,
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

/** Stops a set-up that would fail half-way. @throws CliError */
export async function preflight(context: CliContext, due: readonly PlannedStep[]): Promise<void> {
  const building = due.some(({ step }) => step.name === "images" || step.name === "Pulumi engine");
  const problem = machineProblem(await machineFacts(context), building);
  if (problem !== undefined) throw problem;
}
