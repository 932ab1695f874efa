import { api, deleteProject, type Project, projectWithStatus, uniqueName } from "../../tests/harness/api.ts";
import { cluster } from "./cluster.ts";
import { type Bench, percentile, timed } from "./report.ts";

const N = 20;

async function createAndWait(refs: string[]): Promise<void> {
  const { status, body } = await api<Project>("/v1/projects", { body: { name: uniqueName("bench"), plan: "shared" } });
  if (status !== 201) throw new Error(`create answered ${status}`);
  refs.push(body.ref);
  await projectWithStatus(body.ref, ["ACTIVE_HEALTHY"], 300);
}

/** Shared projects accepted -> healthy: one after the other, all at once, and the cluster's own part of it by hand. */
export const createProjects: Bench = async (log) => {
  const refs: string[] = [];
  await createAndWait(refs);
  const one: number[] = [];
  for (let i = 0; i < N; i++) {
    one.push(await timed(() => createAndWait(refs)));
    log(`created ${i + 1}/${N}: ${one.at(-1)?.toFixed(0)} ms`);
  }
  const together: number[] = [];
  const wall = await timed(() =>
    Promise.all(Array.from({ length: N }, async () => together.push(await timed(() => createAndWait(refs))))),
  );
  const byHand = await sqlByHand();
  const deletes: number[] = [];
  for (const ref of refs) deletes.push(await timed(() => deleteProject(ref)));
  return [
    { what: "shared project, accepted -> healthy, p50", value: percentile(one, 50), unit: "ms", note: `${N} in a row` },
    { what: "the same, p95", value: percentile(one, 95), unit: "ms", note: `${N} in a row` },
    { what: "20 at once, p50", value: percentile(together, 50), unit: "ms", note: "queue included" },
    { what: "20 at once, p95", value: percentile(together, 95), unit: "ms", note: "queue included" },
    { what: "20 at once, all done", value: wall, unit: "ms" },
    {
      what: "same SQL by hand, p50",
      value: percentile(byHand, 50),
      unit: "ms",
      note: "roles and CREATE DATABASE by psql",
    },
    { what: "ratio to SQL by hand", value: percentile(one, 50) / percentile(byHand, 50), unit: "x" },
    { what: "delete, p50", value: percentile(deletes, 50), unit: "ms" },
  ];
};

/** The roles and the database of a tenant, made on one superuser connection: what no orchestration can undercut. */
async function sqlByHand(): Promise<number[]> {
  const client = await cluster();
  const { rows } = await client.query<{ datname: string }>(
    "select datname from pg_database where datname like 'supalove\\_template\\_%' order by 1 desc limit 1",
  );
  const template = rows[0]?.datname ?? "template0";
  const times: number[] = [];
  for (let i = 0; i < N; i++) {
    const roles = ["g", "o", "a", "s", "u", "r"].map((letter) => `bench_${letter}_${i}`);
    times.push(
      await timed(async () => {
        for (const role of roles) await client.query(`create role ${role} login password 'bench' connection limit 5`);
        await client.query(`create database bench_${i} template ${template} strategy wal_log`);
        await client.query(
          `revoke all on database bench_${i} from public; grant connect on database bench_${i} to ${roles[1]}`,
        );
      }),
    );
    await client.query(`drop database bench_${i}`);
    for (const role of roles) await client.query(`drop role ${role}`);
  }
  await client.end();
  return times;
}
