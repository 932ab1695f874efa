import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createConsoleMetrics } from "./consoleMetrics.ts";

const servers = [200, 404, 204].map((status) => createServer((_, response) => response.writeHead(status).end()));
afterEach(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))));

it("counts what the process answers by the kind of status, and leaves its own page of figures out", async () => {
  const [pages, missing, own] = servers;
  const registry = createConsoleMetrics((server) => server === own);
  const counts = [3, 2, 5];
  for (const [at, server] of servers.entries()) {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    for (let i = 0; i < (counts[at] ?? 0); i++) await fetch(`http://127.0.0.1:${port}/secret/path?token=x`);
  }
  expect(pages?.listening && missing?.listening).toBe(true);
  const text = await registry.metrics();
  expect(text).toContain('supalove_dashboard_requests_total{status="2xx"} 3');
  expect(text).toContain('supalove_dashboard_requests_total{status="4xx"} 2');
  expect(text).toContain("supalove_dashboard_request_seconds_count 5");
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
  expect(text).not.toContain("secret");
});
