import { api, createProject, deleteProject } from "../../tests/harness/api.ts";
import { sleepUntil } from "../../tests/harness/sleepUntil.ts";
import { type Bench, percentile, timed } from "./report.ts";

const N = 20;

/** Looks for drift at an untouched project, asked for -> done, and what they found, which has to be nothing. */
export const driftLooks: Bench = async (log) => {
  const { ref } = await createProject("bench-drift");
  const look = async () => {
    const { body } = await api<{ operation_id: string }>(`/v1/projects/${ref}/drift`, { method: "POST" });
    await sleepUntil(
      "a look",
      async () => {
        const { status } = (await api<{ status: string }>(`/v1/operations/${body.operation_id}`)).body;
        if (status === "failed") throw new Error(`the look ${body.operation_id} failed`);
        return status === "succeeded" || undefined;
      },
      60,
      20,
    );
  };
  await look();
  const times: number[] = [];
  let alarms = 0;
  for (let i = 0; i < N; i++) {
    times.push(await timed(look));
    if ((await api<{ drifted: boolean }>(`/v1/projects/${ref}/drift`)).body.drifted) alarms++;
  }
  log(`p50 ${percentile(times, 50).toFixed(0)} ms, ${alarms} false alarms`);
  await deleteProject(ref);
  return [
    { what: "look for drift, p50", value: percentile(times, 50), unit: "ms", note: `${N} in a row, asked for -> done` },
    { what: "look for drift, p95", value: percentile(times, 95), unit: "ms" },
    { what: "false alarms", value: alarms, unit: `of ${N}` },
  ];
};
