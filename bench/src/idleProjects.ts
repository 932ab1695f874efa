import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { api, deleteProjects, type Project, projectWithStatus, uniqueName } from "../../tests/harness/api.ts";
import { instance, platform } from "../../tests/harness/platform.ts";
import { sleepUntil } from "../../tests/harness/sleepUntil.ts";
import { cluster } from "./cluster.ts";
import { containerMemory } from "./containerMemory.ts";
import { type Bench, type Figure, timed } from "./report.ts";

const N = 200;
/** Until what looks at every project once in a while has done so: exporters, the watchdog, autovacuum. */
const SETTLED_MS = 90_000;

async function clusterBytes(): Promise<number> {
  const client = await cluster();
  const { rows } = await client.query<{ bytes: string }>("select sum(pg_database_size(oid)) as bytes from pg_database");
  await client.end();
  return Number(rows[0]?.bytes);
}

/** What an idle shared project costs in memory and disk, measured over 200, and how the cluster comes back then. */
export const idleProjects: Bench = async (log) => {
  await platform();
  const emptyAnew = await memoryStartedAnew();
  const memoryBefore = await containerMemory();
  const bytesBefore = await clusterBytes();
  const refs: string[] = [];
  const creation = await timed(async () => {
    for (let made = 0; made < N; made += 20) {
      const batch = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { body } = await api<Project>("/v1/projects", { body: { name: uniqueName("idle"), plan: "shared" } });
          return body.ref;
        }),
      );
      refs.push(...batch);
      await Promise.all(batch.map((ref) => projectWithStatus(ref, ["ACTIVE_HEALTHY"], 600)));
      log(`${refs.length}/${N} projects`);
    }
  });
  await restStopped();
  const memoryAfter = await containerMemory();
  const bytesAfter = await clusterBytes();
  const fullAnew = await memoryStartedAnew();
  const crash = await crashStart();
  log(`crash start of the cluster: ${crash.toFixed(0)} ms`);
  const difference = (after: Memory, before: Memory, name: string) =>
    ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / N / 1024;
  const perProject = (name: string) => difference(memoryAfter, memoryBefore, name);
  const anew = (name: string) => ({
    what: `${name} memory per idle project, started anew`,
    value: difference(fullAnew, emptyAnew, name),
    unit: "KiB",
    note: "what the project costs, without what its creation leaves in caches",
  });
  const figures: Figure[] = [
    { what: `${N} projects made`, value: creation / 1000, unit: "s", note: "20 at a time" },
    {
      what: "gateway memory per idle project",
      value: perProject("gateway"),
      unit: "KiB",
      note: `over ${N}, PostgREST stopped`,
    },
    { what: "cluster memory per idle project", value: perProject("shared-db"), unit: "KiB", note: `over ${N}` },
    anew("gateway"),
    anew("shared-db"),
    { what: "runner memory per idle project", value: perProject("runner"), unit: "KiB", note: `over ${N}` },
    {
      what: "disk per idle project",
      value: (bytesAfter - bytesBefore) / N / 1024 / 1024,
      unit: "MiB",
      note: "pg_database_size",
    },
    {
      what: `crash start of the cluster with ${N} projects`,
      value: crash / 1000,
      unit: "s",
      note: "kill -9 -> a query answers",
    },
  ];
  // Deleting them takes longer than all of the above: what is known by now must not be lost with it.
  for (const { what, value, unit } of figures) log(`${what}: ${value.toFixed(1)} ${unit}`);
  await deleteProjects(refs);
  return figures;
};

type Memory = Awaited<ReturnType<typeof containerMemory>>;

async function restStopped(): Promise<void> {
  const noneRuns = async () => {
    const { stdout } = await execa("docker", ["exec", `${instance}-gateway`, "sh", "-c", "pidof postgrest | wc -w"]);
    return stdout.trim() === "0" ? true : undefined;
  };
  await sleepUntil("every PostgREST to be stopped for idleness", noneRuns, 900, 2_000);
}

/** Memory of the parts after a restart of those that know the projects, once they have come to rest. */
async function memoryStartedAnew(): Promise<Memory> {
  const names = ["gateway", "shared-db"].map((part) => `${instance}-${part}`);
  await execa("docker", ["restart", ...names]);
  const states = ["inspect", "--format", "{{.State.Health.Status}}", ...names];
  const healthy = async () => {
    const { stdout } = await execa("docker", states);
    return stdout.split("\n").every((state) => state === "healthy") || undefined;
  };
  await sleepUntil("the gateway and the cluster to be healthy", healthy, 120, 1_000);
  await setTimeout(SETTLED_MS);
  await restStopped();
  return containerMemory();
}

async function crashStart(): Promise<number> {
  const { stdout } = await execa("docker", ["inspect", "-f", "{{.State.Pid}}", `${instance}-shared-db`]);
  return timed(async () => {
    await execa("kill", ["-9", stdout.trim()]);
    await sleepUntil(
      "the cluster to answer",
      async () => {
        try {
          const client = await cluster();
          await client.query("select 1");
          await client.end();
          return true;
        } catch {
          return undefined;
        }
      },
      120,
      100,
    );
  });
}
