import { once } from "node:events";
import { IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server, Socket } from "node:net";
import { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tenantOf } from "../tenants/openTenant.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { makeTenant } from "../testing/testTenants.ts";
import { readInboundHeaders } from "./inboundHeaders.ts";
import type { ServiceRequest } from "./service.ts";
import { Tunnels, tunnel } from "./tunnel.ts";

/** Takes connections and says nothing. */
let server: Server;
const open = new Set<Socket>();
let base: URL;

beforeAll(async () => {
  server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
    socket.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

const newClient = () => new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });

async function request(): Promise<ServiceRequest> {
  const { ref, config, secrets } = await makeTenant({ host: "unused", port: 1 });
  const tenant = tenantOf({ ref, config, status: "active", version: 1 }, secrets, Date.now());
  const headers = readInboundHeaders(["Host", "localhost"]);
  const req = new IncomingMessage(new Socket());
  req.method = "GET";
  return { tenant, access: undefined, req, headers, path: "/", search: "", prefix: "" };
}

/** Resolves once the server has taken every connection made so far, and only the asking one is still open. */
async function nothingElseIsOpen(): Promise<void> {
  const last = connect(Number(base.port), base.hostname);
  await once(last, "connect");
  const isTaken = () => [...open].some((socket) => socket.remotePort === last.localPort);
  await sleepUntil("the last connection to be taken", isTaken);
  await sleepUntil("every other connection to be closed", () => open.size === 1, 3_000);
  last.destroy();
  await sleepUntil("the last one to be closed", () => open.size === 0);
}

describe("a tunnel", () => {
  it("ends with its client", async () => {
    const client = newClient();
    await tunnel(await request(), client, Buffer.alloc(0), base, "/");
    await sleepUntil("the connection", () => open.size === 1);
    client.destroy();
    await sleepUntil("its end", () => open.size === 0);
  });

  it("leaves no connection behind when its client goes while it is made", async () => {
    const client = newClient();
    const made = tunnel(await request(), client, Buffer.alloc(0), base, "/");
    client.destroy();
    await made;
    await nothingElseIsOpen();
  });

  it("is not made for a client that is gone", async () => {
    const client = newClient().destroy();
    await once(client, "close");
    await tunnel(await request(), client, Buffer.alloc(0), base, "/");
    await nothingElseIsOpen();
  });

  it("says so when nobody is there", async () => {
    const nobody = new URL("http://127.0.0.1:1");
    const made = tunnel(await request(), newClient(), Buffer.alloc(0), nobody, "/");
    await expect(made).rejects.toMatchObject({ code: "service_unreachable" });
  });
});

describe("Tunnels", () => {
  it("counts open sockets, and none that is closed already", async () => {
    const tunnels = new Tunnels(1);
    const gone = newClient().destroy();
    await once(gone, "close");
    tunnels.add("a", gone);
    expect(tunnels.size).toBe(0);
    const client = newClient();
    tunnels.add("a", client);
    expect(() => tunnels.add("a", newClient())).toThrow(expect.objectContaining({ code: "too_many_requests" }));
    tunnels.closeAll();
    await sleepUntil("it to be forgotten", () => tunnels.size === 0);
  });
});
