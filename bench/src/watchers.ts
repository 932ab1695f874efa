import autocannon from "autocannon";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { execa } from "execa";
import { api, deleteProjects, type Project, projectWithStatus, uniqueName } from "../../tests/harness/api.ts";
import { adminToken, instance, platform } from "../../tests/harness/platform.ts";
import { type Bench, percentile } from "./report.ts";

const WATCHERS = 50;
const OPERATIONS = 8;
const SECONDS = 10;

interface Seen {
  readonly operation: string;
  readonly seq: number;
  readonly at: number;
}

/** Follows an operation to its end; gives when each of its events came. */
async function watch(url: string, headers: Record<string, string>, operation: string): Promise<Seen[]> {
  const answer = await fetch(`${url}/v1/operations/${operation}/events`, { headers });
  if (answer.body === null) throw new Error(`no stream of ${operation}: ${answer.status}`);
  const seen: Seen[] = [];
  const events = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id } of events) seen.push({ operation, seq: Number(id), at: Date.now() });
  return seen;
}

/** When each event happened, as the runner says, by the control database's clock, which is this machine's. */
async function writtenAt(operations: readonly string[]): Promise<Map<string, number>> {
  const list = operations.map((id) => `'${id}'`).join(",");
  const statement = `select operation_id || ' ' || seq || ' ' || (extract(epoch from created_at) * 1000) from operation_events where operation_id in (${list})`;
  const psql = ["psql", "-U", "supabase_admin", "-d", "supalove", "-Atc", statement];
  const { stdout } = await execa("docker", ["exec", "-u", "postgres", `${instance}-control-db`, ...psql]);
  return new Map(
    stdout.split("\n").map((line) => {
      const [operation, seq, at] = line.split(" ");
      return [`${operation} ${seq}`, Number(at)];
    }),
  );
}

/** How late events come to those who watch, and what 50 watchers cost everybody else, while operations run. */
export const watchers: Bench = async (log) => {
  const { urls } = await platform();
  const headers = { authorization: `Bearer ${await adminToken()}` };
  const refs: string[] = [];
  const round = async (count: number) => {
    const operations: string[] = [];
    for (let i = 0; i < OPERATIONS; i++) {
      const { body } = await api<Project>("/v1/projects", { body: { name: uniqueName("watched"), plan: "shared" } });
      refs.push(body.ref);
      operations.push(body.operation_id ?? "");
    }
    const streams = Array.from({ length: count }, (_, i) => watch(urls.api, headers, operations[i % OPERATIONS] ?? ""));
    const load = autocannon({
      url: `${urls.api}/v1/projects`,
      connections: 5,
      overallRate: 50,
      // A thread of its own: the watchers of this process must not slow down who asks.
      workers: 1,
      duration: SECONDS,
      headers,
    });
    const [{ latency }, ...seen] = await Promise.all([load, ...streams]);
    await Promise.all(refs.map((ref) => projectWithStatus(ref, ["ACTIVE_HEALTHY"], 300)));
    log(`${count} watchers: p99 ${latency.p99} ms`);
    return { latency, seen: seen.flat(), operations };
  };
  const alone = await round(0);
  const watched = await round(WATCHERS);
  const written = await writtenAt(watched.operations);
  const lags = watched.seen.flatMap(({ operation, seq, at }) => {
    const began = written.get(`${operation} ${seq}`);
    // What was written before the watcher came is sent at once and tells nothing.
    return began === undefined || seq === 1 ? [] : [at - began];
  });
  await deleteProjects(refs);
  const note = `${OPERATIONS} creates, ${WATCHERS} watchers`;
  return [
    {
      what: "event happened -> received, p50",
      value: percentile(lags, 50),
      unit: "ms",
      note: `${lags.length} events; the runner collects for 100 ms`,
    },
    { what: "event happened -> received, p99", value: percentile(lags, 99), unit: "ms", note },
    { what: "API p99, nobody watches", value: alone.latency.p99, unit: "ms", note: `${OPERATIONS} creates` },
    { what: "API p50, watched", value: watched.latency.p50, unit: "ms", note },
    { what: "API p99, watched", value: watched.latency.p99, unit: "ms", note },
  ];
};
