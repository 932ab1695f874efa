import { api, deleteProject, type Project, projectWithStatus, uniqueName } from "../../tests/harness/api.ts";
import { succeeded } from "../../tests/harness/operations.ts";
import { containerMemory } from "./containerMemory.ts";
import { type Bench, type Figure, percentile, timed } from "./report.ts";
import { stackByHand, stackRecipe } from "./stackByHand.ts";

const N = 5;
const TOGETHER = 4;

async function create(): Promise<string> {
  const { status, body } = await api<Project>("/v1/projects", {
    body: { name: uniqueName("stack"), plan: "dedicated" },
  });
  if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
  await projectWithStatus(body.ref, ["ACTIVE_HEALTHY"], 300);
  return body.ref;
}

/** Time until a preview is ready. */
async function preview(ref: string, body: object): Promise<number> {
  return timed(() => succeeded(`/v1/projects/${ref}/previews`, { body }));
}

/** Several times, each of them in a row; the figure is the middle one. */
async function p50(times: number, run: (round: number) => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < times; round++) samples.push(await run(round));
  return percentile(samples, 50);
}

/** Dedicated projects: made, changed, paused, destroyed, against the same containers run by a plain script. */
export const stacks: Bench = async (log) => {
  const refs = [await create()];
  const own: number[] = [];
  const byHand: number[] = [];
  const recipe = await stackRecipe(refs[0] as string);
  // In turns, so that both see the same machine.
  for (let round = 0; round < N; round++) {
    own.push(await timed(async () => refs.push(await create())));
    let made: { remove(): Promise<void> } | undefined;
    byHand.push(
      await timed(async () => {
        made = await stackByHand(recipe);
      }),
    );
    await made?.remove();
    log(`created ${round + 1}/${N}: ${own.at(-1)?.toFixed(0)} ms, by a script ${byHand.at(-1)?.toFixed(0)} ms`);
  }
  const ref = refs[0] as string;
  const change = (body: object) => timed(() => succeeded(`/v1/projects/${ref}`, { method: "PATCH", body }));
  const noop = await p50(N, () => preview(ref, {}));
  const resizePreview = await p50(N, () => preview(ref, { size: "small" }));
  const setting = await p50(N, (round) => change({ postgres_settings: { work_mem: `${round + 2}MB` } }));
  const service = await p50(4, (round) =>
    change({ services: round % 2 === 0 ? ["db", "rest"] : ["db", "rest", "meta"] }),
  );
  const look = await p50(N, () => timed(() => succeeded(`/v1/projects/${ref}/drift`)));
  const restart = await p50(N, () => timed(() => succeeded(`/v1/projects/${ref}/services/rest/restart`)));
  const pauses: number[] = [];
  const resumes: number[] = [];
  for (let round = 0; round < N; round++) {
    pauses.push(await timed(() => succeeded(`/v1/projects/${ref}/pause`)));
    resumes.push(await timed(() => succeeded(`/v1/projects/${ref}/restore`)));
  }
  log("changes measured");
  const memory = await memoryOf(ref);
  const destroys: number[] = [];
  for (const each of refs) {
    destroys.push(await timed(() => succeeded(`/v1/projects/${each}`, { method: "DELETE" })));
  }
  const four: string[] = [];
  const together = await timed(async () => {
    four.push(...(await Promise.all(Array.from({ length: TOGETHER }, create))));
  });
  for (const each of four) await deleteProject(each, { seconds: 120 });
  const [ours, script] = [percentile(own, 50), percentile(byHand, 50)];
  const ms = (what: string, value: number, note = ""): Figure => ({ what, value, unit: "ms", note });
  return [
    ms("dedicated project, accepted -> healthy, p50", ours, `${N} in turns with the script`),
    ms("the same containers by a script, p50", script, "docker run in the order of what they need, waiting on health"),
    { what: "ratio to the script", value: ours / script, unit: "x" },
    ms("preview of no change, p50", noop),
    ms("preview of another size, p50", resizePreview),
    ms("one Postgres setting changed, p50", setting, "Postgres restarts"),
    ms("one service switched off or on, p50", service),
    ms("look for drift, p50", look),
    ms("restart of the REST service, p50", restart),
    ms("pause, p50", percentile(pauses, 50)),
    ms("resume, p50", percentile(resumes, 50)),
    ms("destroy, p50", percentile(destroys, 50), "with the last backup"),
    ms(`${TOGETHER} creates at once, all healthy`, together),
    ...memory,
  ];
};

/** Memory of a project's containers, by service. */
async function memoryOf(ref: string): Promise<Figure[]> {
  return [...(await containerMemory())]
    .filter(([name]) => name.startsWith(`${ref}-`))
    .map(([name, bytes]) => ({
      what: `memory of ${name.slice(ref.length + 1)}`,
      value: bytes / 1024 / 1024,
      unit: "MiB",
      note: "anonymous memory, idle, page cache left out",
    }));
}
