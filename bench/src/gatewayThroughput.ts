import autocannon from "autocannon";
import { execa } from "execa";
import { createProject, deleteProject, sql } from "../../tests/harness/api.ts";
import { instance } from "../../tests/harness/platform.ts";
import { addressOf, withPostgrestBehindNginx } from "./postgrestBehindNginx.ts";
import { type Bench, type Figure, percentile } from "./report.ts";

const ROUNDS = 3;
const SECONDS = 5;

async function load(url: string, connections: number, headers: Record<string, string>): Promise<number> {
  const result = await autocannon({ url, connections, duration: SECONDS, headers });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  if (result.requests.total === 0) throw new Error(`${url}: no answer at all`);
  return result.requests.average;
}

/** Takes the project's limit of requests a second away: what is measured is the gateway, not its refusals. */
async function liftRateLimit(ref: string): Promise<void> {
  const statement = `update registry.tenants set config = jsonb_set(config, '{limits,requestsPerSecond}', '1000000') where ref = '${ref}'`;
  const psql = ["psql", "-U", "supabase_admin", "-d", "supalove", "-c", statement];
  await execa("docker", ["exec", "-u", "postgres", `${instance}-control-db`, ...psql]);
}

/**
 * Requests a second: PostgREST direct, nginx in front of it, and the routing gateway, in turns in one run. Each at its
 * container's own address: Docker's proxy for published ports would slow down whichever is measured through it.
 */
export const gatewayThroughput: Bench = async (log) => {
  const project = await createProject("bench");
  await liftRateLimit(project.ref);
  await sql(
    project.ref,
    "create table public.t (id int primary key, v text); insert into public.t select i, 'row ' || i from generate_series(1, 1000) i; grant select on public.t to anon",
  );
  const gateway = `http://${await addressOf(`${instance}-gateway`, `${instance}-edge`)}:8080/projects/${project.ref}`;
  const headers = { apikey: project.anonKey, authorization: `Bearer ${project.anonKey}` };
  const figures: Figure[] = [];
  await withPostgrestBehindNginx(project, async (direct, nginx) => {
    const path = "/t?id=eq.7&select=id,v";
    const targets = { direct: direct + path, nginx: nginx + path, gateway: `${gateway}/rest/v1${path}` };
    for (const url of Object.values(targets)) await load(url, 4, headers);
    for (const connections of [1, 32]) {
      const seen = { direct: [] as number[], nginx: [] as number[], gateway: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        for (const name of ["direct", "nginx", "gateway"] as const) {
          seen[name].push(await load(targets[name], connections, headers));
          log(`${connections} connections, ${name}: ${seen[name].at(-1)?.toFixed(0)} requests/s`);
        }
      }
      const median = (name: keyof typeof seen) => percentile(seen[name], 50);
      for (const name of ["direct", "nginx", "gateway"] as const) {
        figures.push({
          what: `${name}, ${connections} connection(s)`,
          value: median(name),
          unit: "requests/s",
          note: `median of ${ROUNDS}`,
        });
      }
      figures.push({
        what: `gateway / nginx, ${connections} connection(s)`,
        value: median("gateway") / median("nginx"),
        unit: "x",
      });
      figures.push({
        what: `gateway / direct, ${connections} connection(s)`,
        value: median("gateway") / median("direct"),
        unit: "x",
      });
    }
  });
  await deleteProject(project.ref);
  return figures;
};
