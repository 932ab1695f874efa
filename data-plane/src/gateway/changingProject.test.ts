import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import type { TenantRow, TenantSecrets } from "@supalove/contracts";
import type { Pool } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { AccessLog } from "../observability/accessLog.ts";
import { silentLogger } from "../observability/logger.ts";
import { createMetrics } from "../observability/metrics.ts";
import { ProcessManager } from "../processes/processManager.ts";
import { RestBackend, restService } from "../rest/restService.ts";
import { TenantRegistry } from "../tenants/tenantRegistry.ts";
import { statusesOf } from "../testing/rawRequest.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { makeTenant, type TestTenant, tenantRow, testKeyring } from "../testing/testTenants.ts";
import { Admission } from "./admission.ts";
import { createGatewayServer } from "./createGatewayServer.ts";
import { DedicatedBackend } from "./dedicatedBackend.ts";
import { requestRenewal } from "./renewRequest.ts";
import { Tunnels } from "./tunnel.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUp.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Stands in for a dedicated project's own gateway, and counts who comes. */
async function dedicatedServer(): Promise<{ url: string; hits: () => number }> {
  let hits = 0;
  const server = createServer(async (req, res) => {
    hits++;
    res.end(JSON.stringify({ body: await text(req) }));
  });
  server.on("upgrade", (_req, socket: Socket) => {
    hits++;
    cleanUp.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
  return { url: `http://127.0.0.1:${await listening(server)}`, hits: () => hits };
}

/** Runs the given program instead of PostgREST. */
async function processesOf(program: string): Promise<{ processes: ProcessManager<Pool>; command: string }> {
  const directory = await mkdtemp(join(tmpdir(), "supalove-gw-"));
  const command = join(directory, "program");
  await writeFile(command, program, { mode: 0o700 });
  const limits = {
    maxProcesses: 5,
    maxConnections: 100,
    maxTotalBytes: 2 ** 40,
    maxProcessBytes: 2 ** 40,
    maxStarting: 4,
  };
  const times = { idleMs: 60_000, startTimeoutMs: 20_000, maxWaitMs: 5_000 };
  const events = { started: () => undefined, ended: () => undefined };
  const processes = new ProcessManager<Pool>({ directory, ...limits, ...times }, events, silentLogger());
  cleanUp.push(async () => {
    await processes.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { processes, command };
}

/** A gateway before one project, dedicated at first, over a registry in memory. */
async function setUp(program = "#!/bin/sh\nexec sleep 60\n") {
  const [one, two, shared] = [
    await dedicatedServer(),
    await dedicatedServer(),
    await makeTenant({ host: "h", port: 1 }),
  ];
  const at = (url: string, secrets: TenantSecrets = shared.secrets): TestTenant => ({
    ...shared,
    secrets,
    config: { ...shared.config, target: { plan: "dedicated", url } },
  });
  const registry = new TenantRegistry(testKeyring, silentLogger(), () => ({ connected: true, read: async () => {} }));
  const tunnels = new Tunnels(10);
  const { processes, command } = await processesOf(program);
  // As the data plane does with what is not active.
  registry.onChange((ref, row) => {
    if (row?.status === "active") return;
    tunnels.closeTenant(ref);
    void processes.stopKey(ref);
  });
  const renewal = requestRenewal(registry);
  const dedicated = new DedicatedBackend(renewal);
  const admission = new Admission({ maxActive: 10, maxWaiting: 10, maxWaitMs: 5_000 });
  const server = createGatewayServer({
    registry,
    renewal,
    services: [restService(new RestBackend({ processes, command, renewal }))],
    dedicated,
    admission,
    tunnels,
    accessLog: new AccessLog(silentLogger(), createMetrics()),
    domain: "supalove.test",
    stopping: () => false,
  });
  const port = await listening(server);
  cleanUp.push(() => dedicated.close());
  let version = 0;
  /** The row as it would be read, to be applied at the right moment. */
  const rowOf = (tenant: TestTenant, status?: TenantRow["status"]) => tenantRow(tenant, status, ++version);
  const apply = (row: TenantRow) => registry.applyRows(new Set([row.ref]), [row]);
  apply(await rowOf(at(one.url)));
  return { one, two, shared, at, registry, tunnels, processes, admission, port, rowOf, apply };
}
type Setting = Awaited<ReturnType<typeof setUp>>;

/** Sends half of a request's body, lets `meanwhile` happen, and sends the rest. */
async function postAround({ port, shared, admission }: Setting, meanwhile: () => void, apikey = "own") {
  const request = httpRequest(`http://127.0.0.1:${port}/projects/${shared.ref}/functions/v1/f`, {
    method: "POST",
    headers: { apikey, "content-length": 10 },
  });
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  request.write("01234");
  await sleepUntil("the gateway to wait for the rest", () => admission.active === 1);
  meanwhile();
  request.end("56789");
  const [answer] = await answered;
  return { status: answer.statusCode, body: await json(answer) };
}

describe("a request to a dedicated project whose row changes while its body comes in", () => {
  it("is refused once the project is paused", async () => {
    const setting = await setUp();
    const paused = await setting.rowOf(setting.at(setting.one.url), "paused");
    const answer = await postAround(setting, () => setting.apply(paused));
    expect(answer).toEqual({ status: 503, body: expect.objectContaining({ code: "project_paused" }) });
    expect(setting.one.hits()).toBe(0);
  });

  it("goes to the project's new address", async () => {
    const setting = await setUp();
    const moved = await setting.rowOf(setting.at(setting.two.url));
    const answer = await postAround(setting, () => setting.apply(moved));
    expect(answer).toEqual({ status: 200, body: { body: "0123456789" } });
    expect([setting.one.hits(), setting.two.hits()]).toEqual([0, 1]);
  });

  it("is refused when its key has ended", async () => {
    const setting = await setUp();
    const { passwords: _, ...previous } = setting.shared.secrets;
    const fresh = await makeTenant({ host: "h", port: 1 });
    const secrets = { ...fresh.secrets, previous: { ...previous, until: 1 } };
    const rotated = await setting.rowOf(setting.at(setting.one.url, secrets));
    const answer = await postAround(setting, () => setting.apply(rotated), previous.serviceRoleKey);
    expect(answer).toEqual({ status: 401, body: expect.objectContaining({ code: "invalid_api_key" }) });
    expect(setting.one.hits()).toBe(0);
  });

  it("is asked to come again when the project is a dedicated one no more", async () => {
    const setting = await setUp();
    const row = await setting.rowOf(setting.shared);
    const answer = await postAround(setting, () => setting.apply(row));
    expect(answer).toEqual({ status: 503, body: expect.objectContaining({ code: "project_unavailable" }) });
    expect(setting.one.hits()).toBe(0);
  });
});

/** Asks for a web socket; the gateway is opening the project's row when this resolves. */
async function askForSocket({ port, shared, registry }: Setting): Promise<{ socket: Socket; said: () => string }> {
  const looked = Promise.withResolvers<void>();
  const find = registry.find.bind(registry);
  registry.find = (ref) => {
    const found = find(ref);
    registry.find = find;
    looked.resolve();
    return found;
  };
  const socket = connect(port, "127.0.0.1");
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  cleanUp.push(() => socket.destroy());
  socket.write(
    `GET /projects/${shared.ref}/realtime/v1/websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  await looked.promise;
  return { socket, said: () => said };
}

describe("a web socket to a dedicated project whose row changes while it is looked up", () => {
  it("is refused once the project is paused", async () => {
    const setting = await setUp();
    const paused = await setting.rowOf(setting.at(setting.one.url), "paused");
    const { said } = await askForSocket(setting);
    setting.apply(paused);
    await sleepUntil("an answer", () => said().includes("\r\n\r\n"));
    expect(statusesOf(said())).toEqual([503]);
    expect([setting.one.hits(), setting.tunnels.size]).toEqual([0, 0]);
  });

  it("goes to the project's new address", async () => {
    const setting = await setUp();
    const moved = await setting.rowOf(setting.at(setting.two.url));
    const { said } = await askForSocket(setting);
    setting.apply(moved);
    await sleepUntil("an answer", () => said().includes("\r\n\r\n"));
    expect(statusesOf(said())).toEqual([101]);
    expect([setting.one.hits(), setting.two.hits()]).toEqual([0, 1]);
  });
});

describe("a request to a shared project whose row changes while its process starts", () => {
  const ask = ({ port, shared }: Setting) =>
    fetch(`http://127.0.0.1:${port}/projects/${shared.ref}/rest/v1/t`, {
      headers: { apikey: shared.secrets.serviceRoleKey },
    }).then(async (answer) => ({ status: answer.status, body: await answer.json() }));

  it("is told that the project was paused, and starts nothing for it", async () => {
    const setting = await setUp();
    const { processes, shared } = setting;
    setting.apply(await setting.rowOf(shared));
    const rest = { ...shared.config.rest, maxRows: 7 };
    const changed = await setting.rowOf({ ...shared, config: { ...shared.config, rest } });
    const paused = await setting.rowOf(shared, "paused");
    const first = ask(setting);
    await sleepUntil("the start", () => processes.counts().starting === 1);
    setting.apply(changed);
    const second = ask(setting);
    await sleepUntil("both to be on their way", () => setting.admission.active === 2);
    setting.apply(paused);
    const refused = { status: 503, body: expect.objectContaining({ code: "project_paused" }) };
    expect(await Promise.all([first, second])).toEqual([refused, refused]);
    await sleepUntil("its end", () => processes.counts().stopping === 0);
    expect(processes.counts()).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
  });

  it("goes on by the new settings when those it came with do not work", async () => {
    // Works with one setting alone, and takes a while to find out.
    const setting = await setUp(
      `#!/bin/sh
      if [ "$PGRST_DB_MAX_ROWS" != 7 ]; then sleep 0.5; exit 1; fi
      exec ${process.execPath} -e 'require("node:http").createServer((_, res) => res.end("[]")).listen(process.env.PGRST_SERVER_UNIX_SOCKET)'
      `,
    );
    const { processes, shared } = setting;
    setting.apply(await setting.rowOf(shared));
    const rest = { ...shared.config.rest, maxRows: 7 };
    const changed = await setting.rowOf({ ...shared, config: { ...shared.config, rest } });
    const asked = ask(setting);
    await sleepUntil("the start", () => processes.counts().starting === 1);
    setting.apply(changed);
    expect(await asked).toEqual({ status: 200, body: [] });
  });
});
