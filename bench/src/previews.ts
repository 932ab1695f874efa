import { api, createProject, deleteProject, uniqueName } from "../../tests/harness/api.ts";
import { sleepUntil } from "../../tests/harness/sleepUntil.ts";
import { type Bench, percentile, timed } from "./report.ts";

const N = 15;

interface Started {
  readonly id: string;
  readonly operation_id: string;
}

interface Preview {
  readonly status: string;
}

interface Operation {
  readonly status: string;
  readonly phases: readonly { readonly phase: string; readonly milliseconds: number }[];
}

async function preview(path: string, body: Record<string, unknown>): Promise<string> {
  const started = await api<Started>(path, { body });
  if (started.status !== 202) throw new Error(`preview answered ${started.status}: ${JSON.stringify(started.body)}`);
  const { id } = started.body;
  const made = await sleepUntil(
    "a preview",
    async () => {
      const { status } = (await api<Preview>(`/v1/previews/${id}`)).body;
      return status === "queued" || status === "running" ? undefined : status;
    },
    120,
    20,
  );
  if (made !== "ready") throw new Error(`preview ${id} is ${made}`);
  return id;
}

async function apply(ref: string, preview_id: string): Promise<Operation> {
  const { body } = await api<Started>(`/v1/projects/${ref}/operations`, { body: { preview_id } });
  return sleepUntil(
    "an apply",
    async () => {
      const operation = await api<Operation>(`/v1/operations/${body.operation_id}`);
      return ["succeeded", "failed"].includes(operation.body.status) ? operation.body : undefined;
    },
    120,
    50,
  );
}

/** Previews asked for -> ready, of each kind, and what the second look adds to an apply. */
export const previews: Bench = async (log) => {
  const { ref } = await createProject("bench-preview");
  const path = `/v1/projects/${ref}/previews`;
  const sample = async (what: string, run: () => Promise<unknown>) => {
    const times: number[] = [];
    for (let i = 0; i < N; i++) times.push(await timed(run));
    log(`${what}: ${percentile(times, 50).toFixed(0)} ms`);
    return percentile(times, 50);
  };
  await preview(path, {});
  const create = await sample("create", () => preview("/v1/previews", { name: uniqueName("bench"), plan: "shared" }));
  const change = await sample("change", () => preview(path, { size: "large" }));
  const refreshed = await sample("change with refresh", () => preview(path, { size: "large", refresh: true }));
  const deletion = await sample("delete", () => preview(path, { delete: true }));
  const looks: number[] = [];
  for (const size of ["small", "micro", "small", "micro", "small"]) {
    const { phases } = await apply(ref, await preview(path, { size }));
    const until = phases.findIndex(({ phase }) => phase === "up");
    looks.push(phases.slice(0, until).reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  }
  await deleteProject(ref);
  const note = `${N} in a row, asked for -> ready`;
  return [
    { what: "preview of a create, p50", value: create, unit: "ms", note },
    { what: "preview of a change, p50", value: change, unit: "ms", note },
    { what: "the same with refresh, p50", value: refreshed, unit: "ms", note },
    { what: "preview of a deletion, p50", value: deletion, unit: "ms", note },
    { what: "second look before an apply, p50", value: percentile(looks, 50), unit: "ms", note: "5 resizes" },
  ];
};
