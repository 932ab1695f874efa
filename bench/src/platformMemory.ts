import { containerMemory } from "./containerMemory.ts";
import type { Bench } from "./report.ts";

/** Memory of each container of the base stack as it stands. */
export const platformMemory: Bench = async () =>
  [...(await containerMemory())]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, bytes]) => ({
      what: name,
      value: bytes / 1024 / 1024,
      unit: "MiB",
      note: "anonymous memory, page cache left out",
    }));
