import type { Size } from "@supalove/contracts";
import { DEDICATED_SIZES } from "@supalove/contracts/dedicatedSizes.ts";

const memory = (mebibytes: number) => (mebibytes < 1024 ? `${mebibytes} MiB` : `${mebibytes / 1024} GiB`);

function processors(cpus: number): string {
  if (cpus === 0.5) return "half a processor";
  return cpus === 1 ? "1 processor" : `${cpus} processors`;
}

/** As in `768 MiB, 1 processor`. */
export function sizeGives(size: Size): string {
  const { memoryMebibytes, cpus } = DEDICATED_SIZES[size];
  return `${memory(memoryMebibytes)}, ${processors(cpus)}`;
}
