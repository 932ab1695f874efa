import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { GatewayError } from "../errors/gatewayError.ts";
import { requestHeaders } from "./forwardHeaders.ts";
import type { ServiceRequest } from "./service.ts";

const CONNECT_TIMEOUT_MS = 5_000;

/** Open web sockets by tenant, so that they end with the tenant's right to them. */
export class Tunnels {
  readonly #open = new Map<string, Set<Duplex>>();
  readonly #maxPerTenant: number;

  constructor(maxPerTenant: number) {
    this.#maxPerTenant = maxPerTenant;
  }

  get size(): number {
    let size = 0;
    for (const sockets of this.#open.values()) size += sockets.size;
    return size;
  }

  /** Counts a web socket to its tenant until it closes. @throws GatewayError too_many_requests */
  add(ref: string, socket: Duplex): void {
    // One that is closed already would never say so again.
    if (socket.destroyed) return;
    const sockets = this.#open.get(ref) ?? new Set();
    if (sockets.size >= this.#maxPerTenant) {
      throw new GatewayError("too_many_requests", "The project has too many open web sockets.", { retryAfter: 5 });
    }
    this.#open.set(ref, sockets.add(socket));
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#open.get(ref) === sockets) this.#open.delete(ref);
    });
  }

  closeTenant(ref: string): void {
    for (const socket of this.#open.get(ref) ?? []) socket.destroy();
  }

  closeAll(): void {
    for (const ref of [...this.#open.keys()]) this.closeTenant(ref);
  }
}

/**
 * Connects a web socket's client with a server: sends the handshake on, then passes bytes both ways until one side ends.
 * Does nothing for a client that is gone by then.
 * @param base the server's URL
 * @param path path and query there
 * @throws GatewayError when the server can't be reached
 */
export async function tunnel(
  request: ServiceRequest,
  client: Duplex,
  head: Buffer,
  base: URL,
  path: string,
): Promise<void> {
  if (client.destroyed) return;
  const secure = base.protocol === "https:";
  const address = { host: base.hostname, port: Number(base.port || (secure ? 443 : 80)) };
  const server = secure ? connectTls({ ...address, servername: base.hostname }) : connectTcp(address);
  server.setNoDelay(true);
  // From here on: a client that ends while the connection is being made says so once.
  client.on("error", () => server.destroy()).once("close", () => server.destroy());
  await new Promise<void>((resolve, reject) => {
    const failed = (cause?: Error) => {
      server.destroy();
      reject(new GatewayError("service_unreachable", "The project's gateway can't be reached.", { cause }));
    };
    server.setTimeout(CONNECT_TIMEOUT_MS, failed);
    server.once("error", failed);
    server.once("close", () => (client.destroyed ? resolve() : failed()));
    server.once(secure ? "secureConnect" : "connect", () => {
      server.removeListener("error", failed);
      server.setTimeout(0);
      resolve();
    });
  });
  if (client.destroyed) return;
  const { req, headers } = request;
  const list = [...requestHeaders(request), "connection", "Upgrade", "upgrade", "websocket"];
  if (headers.authorization !== undefined) list.push("authorization", headers.authorization);
  if (headers.apikey !== undefined) list.push("apikey", headers.apikey);
  let text = `${req.method} ${path} HTTP/1.1\r\n`;
  for (let i = 0; i < list.length; i += 2) text += `${list[i]}: ${list[i + 1]}\r\n`;
  server.write(`${text}\r\n`, "latin1");
  if (head.length > 0) server.write(head);
  server.on("error", () => client.destroy()).on("close", () => client.destroy());
  client.pipe(server).pipe(client);
}
