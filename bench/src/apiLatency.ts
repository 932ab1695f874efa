import autocannon from "autocannon";
import { api, deleteProjects, type Project, projectWithStatus, uniqueName } from "../../tests/harness/api.ts";
import { adminToken, platform } from "../../tests/harness/platform.ts";
import type { Bench } from "./report.ts";

const SECONDS = 10;

/** Latency of the API at a steady 50 requests/s: at rest, and while operations keep the runner busy. */
export const apiLatency: Bench = async (log) => {
  const { urls } = await platform();
  const headers = { authorization: `Bearer ${await adminToken()}` };
  const load = () =>
    autocannon({ url: `${urls.api}/v1/projects`, connections: 5, overallRate: 50, duration: SECONDS, headers });
  await load();
  const rest = await load();
  log(`at rest: p99 ${rest.latency.p99} ms`);
  const refs: string[] = [];
  for (let i = 0; i < 12; i++) {
    const { body } = await api<Project>("/v1/projects", { body: { name: uniqueName("busy"), plan: "shared" } });
    refs.push(body.ref);
  }
  const busy = await load();
  log(`while operations run: p99 ${busy.latency.p99} ms`);
  await Promise.all(refs.map((ref) => projectWithStatus(ref, ["ACTIVE_HEALTHY"], 300)));
  await deleteProjects(refs);
  return [
    { what: "API p50 at rest", value: rest.latency.p50, unit: "ms", note: "GET /v1/projects, 50/s" },
    { what: "API p99 at rest", value: rest.latency.p99, unit: "ms", note: "GET /v1/projects, 50/s" },
    { what: "API p99 while operations run", value: busy.latency.p99, unit: "ms", note: "12 creates queued" },
    { what: "ratio busy / rest, p99", value: busy.latency.p99 / Math.max(1, rest.latency.p99), unit: "x" },
  ];
};
