import { setTimeout as sleep } from "node:timers/promises";
import { createProject, deleteProject, sql } from "../../tests/harness/api.ts";
import { type Bench, percentile, timed } from "./report.ts";
import { stopIdleRest } from "./stopIdleRest.ts";

const N = 12;
/** A process that ends sooner counts as one that failed to start, which is not what is measured. */
const STABLE_MS = 5_200;

/** First answer of a project whose PostgREST is stopped, against the next one, which finds it running. */
export const wakeUp: Bench = async (log) => {
  const project = await createProject("bench");
  await sql(project.ref, "create table public.t (id int); grant select on public.t to anon");
  const get = async () => {
    const answer = await fetch(`${project.url}/rest/v1/t?limit=1`, { headers: { apikey: project.anonKey } });
    if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  await get();
  const cold: number[] = [];
  const warm: number[] = [];
  for (let i = 0; i < N; i++) {
    await sleep(STABLE_MS);
    await stopIdleRest(project.ref);
    cold.push(await timed(get));
    warm.push(await timed(get));
    log(`wake-up ${i + 1}/${N}: ${cold.at(-1)?.toFixed(0)} ms, then ${warm.at(-1)?.toFixed(1)} ms`);
  }
  await deleteProject(project.ref);
  return [
    { what: "wake-up p50", value: percentile(cold, 50), unit: "ms", note: "PostgREST stopped before each" },
    { what: "wake-up p95", value: percentile(cold, 95), unit: "ms", note: "PostgREST stopped before each" },
    { what: "warm request p50", value: percentile(warm, 50), unit: "ms", note: "same run" },
  ];
};
