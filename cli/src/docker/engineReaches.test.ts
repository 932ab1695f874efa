import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { engineReaches } from "./engineReaches.ts";

let dir: string;
let server: Server;
let paths: string[];
/** What the engine answers; undefined for an engine whose registry does not answer. */
let status: number | undefined;
const host = () => `unix://${join(dir, "docker.sock")}`;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "supalove-engine-"));
  paths = [];
  server = createServer((request, response) => {
    paths.push(request.url ?? "");
    if (status !== undefined) response.writeHead(status).end("{}");
  });
  await new Promise<void>((done) => server.listen(join(dir, "docker.sock"), done));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(dir, { recursive: true });
});

it("is true when the engine has found the image", async () => {
  status = 200;
  expect(await engineReaches("some/image:1.2", host())).toBe(true);
  expect(paths).toEqual(["/distribution/some/image:1.2/json"]);
});

it.each([401, 403, 404, 500])("is false when the engine answers %d", async (code) => {
  status = code;
  expect(await engineReaches("some/image:1.2", host())).toBe(false);
});

it("waits no longer than it was told, and needs no engine", async () => {
  status = undefined;
  const started = performance.now();
  expect(await engineReaches("some/image:1.2", host(), 200)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
  expect(await engineReaches("some/image:1.2", `unix://${join(dir, "none.sock")}`)).toBe(false);
  expect(await engineReaches("some/image:1.2", "tcp://127.0.0.1:1")).toBe(false);
});
