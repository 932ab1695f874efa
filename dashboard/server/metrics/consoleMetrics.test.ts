import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createConsoleMetrics } from "./consoleMetrics.ts";

const servers: Server[] = [];
afterEach(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))));

/** A server that answers everything with one status. */
async function serve(status: number): Promise<{ server: Server; url: string }> {
  const server = createServer(({ url }, response) => {
    // Headers one by one, as the framework sets them.
    if (url === "/stream") response.setHeader("content-type", "text/event-stream");
    response.writeHead(status).end();
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it("counts answers by the kind of status; probes and its own page of figures are none, a stream has no time", async () => {
  const [pages, missing, own] = await Promise.all([serve(200), serve(404), serve(204)]);
  const registry = createConsoleMetrics((server) => server === own.server);
  const ask = async (url: string, times: number) => {
    for (let i = 0; i < times; i++) await fetch(url);
  };
  await ask(`${pages.url}/secret/path?token=x`, 3);
  await ask(`${missing.url}/secret`, 2);
  await ask(`${own.url}/metrics`, 5);
  await ask(`${pages.url}/healthz`, 1);
  await ask(`${pages.url}/stream`, 1);
  const text = await registry.metrics();
  expect(text).toContain('supalove_dashboard_requests_total{status="2xx"} 4');
  expect(text).toContain('supalove_dashboard_requests_total{status="4xx"} 2');
  expect(text).toContain("supalove_dashboard_request_seconds_count 5");
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
  expect(text).not.toContain("secret");
});
