import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest, statusesOf } from "../testing/rawRequest.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { startTestPlatform, type TestPlatform } from "../testing/testPlatform.ts";
import { makeTenant, type TestTenant } from "../testing/testTenants.ts";

let platform: TestPlatform;
/** Stands in for a dedicated project's own gateway. */
let server: Server;
let dedicated: TestTenant;
let broken: TestTenant;
let seen: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer((req, res) => {
    seen.push(req);
    res.writeHead(200, { "content-type": "application/json", "access-control-allow-origin": "https://own.example" });
    res.end(JSON.stringify({ url: req.url, headers: req.headers }));
  });
  server.on("upgrade", (req: IncomingMessage, socket: Socket) => {
    seen.push(req);
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  platform = await startTestPlatform();
  const make = async (url: string): Promise<TestTenant> => {
    const base = await makeTenant({ host: "unused", port: 1 });
    const tenant = { ...base, config: { ...base.config, target: { plan: "dedicated" as const, url } } };
    await platform.setRow(tenant);
    return tenant;
  };
  dedicated = await make(`http://127.0.0.1:${port}`);
  broken = await make("http://127.0.0.1:1");
});
afterAll(async () => {
  await platform.stop();
  server.closeAllConnections();
  server.close();
});

/** Opens a web socket by hand; resolves with the connection once the handshake is answered. */
async function openSocket(path: string): Promise<{ socket: Socket; text: () => string }> {
  const socket = connect(platform.gateway.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  await sleepUntil("the handshake", () => text.includes("\r\n\r\n"));
  return { socket, text: () => text };
}

describe("a dedicated project", () => {
  it("gets whole requests, its own credentials and answers untouched", async () => {
    const answer = await fetch(`${platform.urlOf(dedicated)}/storage/v1/object?x=1`, {
      headers: {
        apikey: "whatever",
        authorization: "Bearer own",
        "x-project-id": dedicated.ref,
        "x-forwarded-for": "6.6.6.6",
      },
    });
    const body = (await answer.json()) as { url: string; headers: Record<string, string> };
    expect(body.url).toBe("/storage/v1/object?x=1");
    expect(body.headers).toMatchObject({
      apikey: "whatever",
      authorization: "Bearer own",
      "x-forwarded-prefix": `/projects/${dedicated.ref}`,
      "x-forwarded-for": "127.0.0.1",
    });
    expect(body.headers).not.toHaveProperty("x-project-id");
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://own.example");
  });

  it("answers its own preflights", async () => {
    seen = [];
    const answer = await fetch(`${platform.urlOf(dedicated)}/functions/v1/f`, {
      method: "OPTIONS",
      headers: { origin: "https://a", "access-control-request-method": "POST" },
    });
    expect([answer.status, seen.length]).toEqual([200, 1]);
  });

  it("answers 503 while it can't be reached", async () => {
    const answer = await fetch(`${platform.urlOf(broken)}/rest/v1/t`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: "service_unreachable" }),
    ]);
    expect(answer.headers.get("retry-after")).toBe("5");
    const { text } = await openSocket(`/projects/${broken.ref}/realtime/v1/websocket`);
    expect(statusesOf(text())).toEqual([503]);
  });

  it("gets web sockets, bytes both ways, until it is paused", async () => {
    seen = [];
    const { socket, text } = await openSocket(`/projects/${dedicated.ref}/realtime/v1/websocket?apikey=k&vsn=1.0.0`);
    expect(statusesOf(text())).toEqual([101]);
    expect(seen[0]?.url).toBe("/realtime/v1/websocket?apikey=k&vsn=1.0.0");
    expect(seen[0]?.headers["sec-websocket-key"]).toBe("dGhlIHNhbXBsZSBub25jZQ==");
    socket.write("ping over there");
    await sleepUntil("the echo", () => text().endsWith("ping over there"));
    await platform.setRow(dedicated, "paused");
    expect(await sleepUntil("the end", () => socket.closed)).toBeLessThan(1_000);
    await platform.setRow(dedicated);
  });
});

describe("web sockets of a shared project", () => {
  it("are checked like requests, and refused while the service is not there", async () => {
    const tenant = await platform.createTenant();
    const path = `/projects/${tenant.ref}/realtime/v1/websocket`;
    expect(statusesOf((await openSocket(`${path}?apikey=${tenant.secrets.anonKey}`)).text())).toEqual([501]);
    expect(statusesOf((await openSocket(`${path}?apikey=a&apikey=b`)).text())).toEqual([400]);
    expect(statusesOf((await openSocket(`/projects/${tenant.ref}/rest/v1/t`)).text())).toEqual([401]);
    expect(statusesOf((await openSocket(`/projects/${"z".repeat(20)}/realtime/v1`)).text())).toEqual([404]);
    const other = await rawRequest(
      platform.gateway.port,
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tls/1.0\r\n\r\n",
      500,
    );
    expect(statusesOf(other)).toEqual([404]);
  });
});
