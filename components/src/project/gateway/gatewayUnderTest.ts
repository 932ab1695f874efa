import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ownMark, TEST_LABEL } from "@supalove/testing/ownMark.ts";
import { execa } from "execa";
import { buildGatewayConf } from "./buildGatewayConf.ts";
import type { GatewayConfOptions } from "./gatewayOptions.ts";

const PATIENCE_MS = 20_000;

/**
 * Stands in for all services: answers every request with what arrived. `/slow` never answers, `/cut` hangs up, `/own`
 * has headers a service shouldn't decide on; a web socket's bytes come back after the request as JSON.
 */
const ECHO = `
const { createServer } = require("node:http");
const ALIASES = [3000, 3001, 4000, 5000, 8080, 9000, 9999];
for (const port of ALIASES) {
  const server = createServer({ maxHeaderSize: 65536 }, (req, res) => {
    let bytes = 0;
    const answer = () => JSON.stringify({ port, method: req.method, url: req.url, headers: req.headers, raw: req.rawHeaders, bytes });
    if (req.url.includes("/slow")) return;
    if (req.url.includes("/cut")) return req.socket.destroy();
    if (req.url.includes("/stream")) {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write("data: first\\n\\n");
      return;
    }
    req.on("data", (chunk) => { bytes += chunk.length; });
    req.on("end", () => {
      const own = { "access-control-allow-origin": "https://own.example", "access-control-allow-credentials": "true", "x-request-id": "own", "x-accel-redirect": "/healthz" };
      res.writeHead(req.url.includes("/teapot") ? 418 : 200, { "content-type": "application/json", ...(req.url.includes("/own") ? own : {}) });
      res.end(answer());
    });
  });
  server.on("upgrade", (req, socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n");
    socket.write(JSON.stringify({ url: req.url, headers: req.headers }) + "\\n");
    socket.pipe(socket);
  });
  server.listen(port, "0.0.0.0");
}
require("node:net").createServer((socket) => socket.end("database")).listen(5432, "0.0.0.0");
`;

/** What the stand-in saw of a request. */
export interface Echo {
  readonly port: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Body as JSON of a refusal. */
  readonly code: string | undefined;
  /** Body as JSON of the stand-in. */
  readonly echo: Echo;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** True to send the body without its length. */
  readonly chunked?: boolean;
}

const docker = (...args: string[]) => execa("docker", args);

/** A network without a way out, with stand-ins for services and as many gateways as a test starts. */
export class GatewayBench {
  readonly #name = `gateway-test-${randomBytes(5).toString("hex")}`;
  readonly #containers: string[] = [];
  readonly image: string;

  constructor(image: string) {
    this.image = image;
  }

  async start(): Promise<void> {
    await docker("network", "create", "--internal", "--label", `${TEST_LABEL}=${await ownMark()}`, this.#name);
    await this.startEcho("echo", ["rest", "auth", "storage", "realtime", "functions", "meta", "billing", "db"]);
  }

  /** Starts a stand-in that is reached by some names. */
  async startEcho(name: string, aliases: readonly string[]): Promise<void> {
    const names = aliases.flatMap((alias) => ["--network-alias", alias]);
    await this.#create(name, [...names, "--entrypoint", "node", "supalove/node:dev", "-e", ECHO]);
    await docker("start", `${this.#name}-${name}`);
  }

  async removeContainer(name: string): Promise<void> {
    await docker("rm", "--force", `${this.#name}-${name}`);
  }

  /** Starts a gateway and waits until it answers. */
  async startGateway(name: string, options: GatewayConfOptions): Promise<GatewayUnderTest> {
    const container = await this.#create(name, [this.image]);
    const folder = await mkdtemp(join(tmpdir(), "gateway-test-"));
    try {
      const file = join(folder, "nginx.conf");
      await writeFile(file, buildGatewayConf(options).nginxConf, { mode: 0o644 });
      await docker("cp", file, `${container}:/etc/nginx/nginx.conf`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await docker("start", container);
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const { stdout: host } = await docker("inspect", "--format", format, container);
    const gateway = new GatewayUnderTest(host, container);
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
      const answer = await gateway.ask("/healthz").catch(() => undefined);
      if (answer?.status === 200) return gateway;
      if (Date.now() > end) throw new Error(`the gateway does not answer: ${await gateway.log()}`);
    }
  }

  async stop(): Promise<void> {
    for (const container of this.#containers) await docker("rm", "--force", "--volumes", container);
    await docker("network", "rm", this.#name);
  }

  async #create(name: string, args: readonly string[]): Promise<string> {
    const container = `${this.#name}-${name}`;
    const label = `${TEST_LABEL}=${await ownMark()}`;
    await docker("create", "--name", container, "--label", label, "--network", this.#name, ...args);
    this.#containers.push(container);
    return container;
  }
}

/** A running gateway. */
export class GatewayUnderTest {
  readonly host: string;
  readonly container: string;

  constructor(host: string, container: string) {
    this.host = host;
    this.container = container;
  }

  /** Everything it has written so far. */
  async log(): Promise<string> {
    const { stdout, stderr } = await docker("logs", this.container);
    return `${stdout}\n${stderr}`;
  }

  /** Sends a request whose path goes out as it is. */
  ask(path: string, { method = "GET", headers = {}, body, chunked = false }: Ask = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined || chunked ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const sent = { host: "project.example:8443", ...length, ...headers };
      const req = request({ host: this.host, port: 8080, path, method, headers: sent, agent: false }, (res) => {
        let text = "";
        res.setEncoding("utf8");
        res.on("data", (chunk: string) => {
          text += chunk;
        });
        res.on("error", reject);
        res.on("end", () => {
          const json: unknown = /^\{/.test(text) ? JSON.parse(text) : {};
          const { code } = json as { code?: string };
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, code, echo: json as Echo });
        });
      });
      req.setTimeout(PATIENCE_MS, () => req.destroy(new Error("no answer")));
      req.on("error", reject);
      if (body !== undefined) req.write(body);
      req.end();
    });
  }
}
