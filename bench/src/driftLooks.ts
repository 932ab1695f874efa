import { api, createProject, deleteProject } from "../../tests/harness/api.ts";
import { succeeded } from "../../tests/harness/operations.ts";
import { supalove } from "../../tests/harness/platform.ts";
import { type Bench, type Figure, percentile, timed } from "./report.ts";

const N = 20;

/** What one look found. */
type Look = () => Promise<{ readonly drifted: boolean }>;

/** Looks for drift at what nobody touched: a project of each plan, asked for -> done, and the platform itself by its command. */
export const driftLooks: Bench = async (log) => {
  const figures: Figure[] = [];
  const measure = async (of: string, look: Look) => {
    await look();
    const times: number[] = [];
    let alarms = 0;
    for (let i = 0; i < N; i++) {
      times.push(
        await timed(async () => {
          if ((await look()).drifted) alarms++;
        }),
      );
    }
    const [p50, p95] = [percentile(times, 50), percentile(times, 95)];
    log(`${of}: p50 ${p50.toFixed(0)} ms, ${alarms} false alarms`);
    figures.push(
      { what: `look at ${of}, p50`, value: p50, unit: "ms", note: `${N} in a row` },
      { what: `look at ${of}, p95`, value: p95, unit: "ms" },
      { what: `false alarms of ${of}`, value: alarms, unit: `of ${N}` },
    );
  };
  for (const plan of ["shared", "dedicated"]) {
    const { ref } = await createProject("bench-drift", { plan });
    await measure(`a ${plan} project`, async () => {
      await succeeded(`/v1/projects/${ref}/drift`);
      return (await api<{ drifted: boolean }>(`/v1/projects/${ref}/drift`)).body;
    });
    await deleteProject(ref, { seconds: 120 });
  }
  await measure("the platform", async () => {
    const { stdout, stderr, exitCode } = await supalove("drift", "--json");
    if (exitCode !== 0) throw new Error(`./supalove drift ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as { drifted: boolean };
  });
  return figures;
};
