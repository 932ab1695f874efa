import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { examinePlatform, type PlatformEnv } from "./examinePlatform.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A part of the platform on a port of its own. @returns its address */
async function part(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers these paths with a status and JSON, and any other with 404. */
const answers =
  (paths: Readonly<Record<string, readonly [number, unknown]>>): RequestListener =>
  ({ url }, response) => {
    const [status, body] = paths[url ?? ""] ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

const RUNNER_WORKS = { "/readyz": [200, {}], "/parts/shared-cluster": [200, {}] } as const;
const silence: RequestListener = () => undefined;
/** Nobody listens on the discard port. */
const NOBODY = "http://127.0.0.1:9";

async function platform(parts: Partial<PlatformEnv> = {}): Promise<PlatformEnv> {
  return {
    SUPALOVE_INSTANCE: "t",
    PUBLIC_API_URL: "http://localhost:8000",
    PUBLIC_GATEWAY_URL: "http://localhost:8080",
    PUBLIC_DATABASE_ADDRESS: "localhost:5433",
    API_URL: await part(
      answers({
        "/v1/health": [200, { status: "healthy", instance: "t", version: "1.2.3" }],
        "/v1/readyz": [200, { ready: true, checks: { control_database: "ok" } }],
      }),
    ),
    OIDC_INSIDE_URL: await part(answers({ "/protocol/openid-connect/certs": [200, { keys: [] }] })),
    GATEWAY_HEALTH_URL: await part(answers({ "/ready": [200, { ok: true }] })),
    RUNNER_HEALTH_URL: await part(answers(RUNNER_WORKS)),
    PROMETHEUS_URL: await part(answers({ "/-/ready": [200, {}] })),
    ...parts,
  };
}

async function lights(env: PlatformEnv, timeoutMs = 2_000) {
  const { parts } = await examinePlatform(env, timeoutMs);
  return Object.fromEntries(parts.map(({ name, state, detail }) => [name, `${state}: ${detail}`]));
}

const ALL_WELL = {
  API: "ok: version 1.2.3",
  "Control database": "ok: ready",
  "Identity provider": "ok: answers",
  Gateway: "ok: ready",
  Runner: "ok: ready",
  "Shared cluster": "ok: answers the runner",
  Prometheus: "ok: ready",
};

describe("examinePlatform", () => {
  it("tells of each part that it works", async () => {
    expect(await lights(await platform())).toEqual(ALL_WELL);
  });

  it("tells of a dead runner, and that nobody can say how the cluster is then", async () => {
    expect(await lights(await platform({ RUNNER_HEALTH_URL: NOBODY }))).toEqual({
      ...ALL_WELL,
      Runner: "down: does not answer",
      "Shared cluster": "unknown: only the runner can say, and it does not answer",
    });
  });

  it("tells of a runner that is there and can't work", async () => {
    const runner = await part(answers({ ...RUNNER_WORKS, "/readyz": [503, {}] }));
    expect(await lights(await platform({ RUNNER_HEALTH_URL: runner }))).toEqual({
      ...ALL_WELL,
      Runner: "down: answers with status 503",
    });
  });

  it("tells of a dead cluster by the runner that watches it", async () => {
    const runner = await part(answers({ ...RUNNER_WORKS, "/parts/shared-cluster": [503, {}] }));
    expect(await lights(await platform({ RUNNER_HEALTH_URL: runner }))).toEqual({
      ...ALL_WELL,
      "Shared cluster": "down: does not answer the runner",
    });
  });

  it("does not call a cluster dead that a runner of an older version knows nothing of", async () => {
    const runner = await part(answers({ "/readyz": [200, {}] }));
    expect(await lights(await platform({ RUNNER_HEALTH_URL: runner }))).toEqual({
      ...ALL_WELL,
      "Shared cluster": "unknown: the runner answers with status 404",
    });
  });

  it("tells of a dead gateway, and of one that knows no project yet", async () => {
    expect(await lights(await platform({ GATEWAY_HEALTH_URL: NOBODY }))).toEqual({
      ...ALL_WELL,
      Gateway: "down: does not answer",
    });
    const empty = await part(answers({ "/ready": [503, { ok: false }] }));
    expect(await lights(await platform({ GATEWAY_HEALTH_URL: empty }))).toEqual({
      ...ALL_WELL,
      Gateway: "down: answers with status 503",
    });
  });

  it("tells of a dead API that nobody can say how its database is, and of the rest all the same", async () => {
    expect(await lights(await platform({ API_URL: NOBODY }))).toEqual({
      ...ALL_WELL,
      API: "down: does not answer",
      "Control database": "unknown: only the API can say, and it does not answer",
    });
  });

  it("leaves out what this platform has not", async () => {
    const { GATEWAY_HEALTH_URL: _gateway, PROMETHEUS_URL: _prometheus, ...less } = await platform();
    expect(Object.keys(await lights(less))).toEqual([
      "API",
      "Control database",
      "Identity provider",
      "Runner",
      "Shared cluster",
    ]);
  });

  it("waits for no part longer than its time, however many of them are silent", async () => {
    const silent = await part(silence);
    expect(
      await lights(
        await platform({ GATEWAY_HEALTH_URL: silent, RUNNER_HEALTH_URL: silent, PROMETHEUS_URL: silent }),
        500,
      ),
    ).toMatchObject({
      API: "ok: version 1.2.3",
      Gateway: "down: does not answer",
      Runner: "down: does not answer",
      Prometheus: "down: does not answer",
    });
  });

  it("gives up an answer that never ends", async () => {
    const endless = await part((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write("[");
    });
    expect(await lights(await platform({ API_URL: endless }), 500)).toMatchObject({
      API: expect.stringMatching(/^down: /),
      Gateway: "ok: ready",
    });
  });
});
