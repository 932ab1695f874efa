import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { afterEach, expect, it } from "vitest";
import { type PartChecks, startMetricsServer } from "./metricsServer.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

async function ask(path: string, parts?: PartChecks): Promise<string> {
  server = await startMetricsServer(0, new Registry(), async () => true, parts);
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return `${answer.status} ${(await answer.text()).trim()}`;
}

it("tells of a part that it sees, of one it sees no more, and knows no others", async () => {
  const parts = { "shared-cluster": () => true, other: () => false };
  expect(await ask("/parts/shared-cluster", parts)).toBe("200 answers");
  server?.close();
  expect(await ask("/parts/other", parts)).toBe("503 does not answer");
  server?.close();
  expect(await ask("/parts/constructor", parts)).toBe("404 not found");
});

it("knows no part where none is watched", async () => {
  expect(await ask("/parts/shared-cluster")).toBe("404 not found");
});
