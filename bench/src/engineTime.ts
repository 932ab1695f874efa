import { createProject, deleteProject } from "../../tests/harness/api.ts";
import { succeeded } from "../../tests/harness/operations.ts";
import { cpuTimes, PARTS } from "./cpuTimes.ts";
import { type Bench, type Figure, percentile, timed } from "./report.ts";

const N = 5;

/** Where the time of an operation on a dedicated project goes: processor time by what takes it, and the time on the clock. */
export const engineTime: Bench = async (log) => {
  const figures: Figure[] = [];
  const measure = async (what: string, run: (round: number) => Promise<unknown>) => {
    const walls: number[] = [];
    const sums = new Map<string, number>();
    for (let round = 0; round < N; round++) {
      const times = await cpuTimes(async () => walls.push(await timed(() => run(round))));
      for (const [part, ms] of times) sums.set(part, (sums.get(part) ?? 0) + ms);
    }
    const wall = percentile(walls, 50);
    log(`${what}: ${wall.toFixed(0)} ms`);
    figures.push({ what: `${what}, on the clock, p50`, value: wall, unit: "ms", note: `${N} in a row` });
    for (const part of PARTS) {
      figures.push({
        what: `${what}: ${part}`,
        value: (sums.get(part) ?? 0) / N,
        unit: "ms",
        note: "processor time, mean",
      });
    }
  };
  const refs: string[] = [];
  try {
    await measure("create", async () => refs.push((await createProject("engine", { plan: "dedicated" })).ref));
    const path = `/v1/projects/${refs[0]}`;
    await measure("an `up` that finds nothing to do, with its look", () => succeeded(`${path}/drift/repair`));
    await measure("one setting changed", (round) =>
      succeeded(path, { method: "PATCH", body: { postgres_settings: { work_mem: `${round + 2}MB` } } }),
    );
    await measure("destroy without a backup", async (round) => {
      const ref = refs[N - 1 - round];
      if (ref !== undefined) await deleteProject(ref, { seconds: 120 });
      refs.length = N - 1 - round;
    });
  } finally {
    for (const ref of refs) await deleteProject(ref, { seconds: 120 });
  }
  return figures;
};
