import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { startTestGateway } from "../testing/testGateway.ts";
import { startTestPlatform, type TestPlatform } from "../testing/testPlatform.ts";
import type { TestTenant } from "../testing/testTenants.ts";

const SQL = `
  create table public.t (id int primary key); insert into public.t values (1);
  create function public.slow(s float8) returns int language sql as $$ select 1 from pg_sleep(s) $$;`;

let platform: TestPlatform;
let tenant: TestTenant;

beforeAll(async () => {
  platform = await startTestPlatform();
  tenant = await platform.createTenant({}, SQL);
});
afterAll(() => platform.stop());

const read = (of: TestTenant, base = platform.urlOf(of)) =>
  fetch(`${base}/rest/v1/t?select=id`, { headers: { apikey: of.secrets.serviceRoleKey } }).then(
    async (answer) => ({ status: answer.status, body: await answer.text() }),
    (error: Error) => ({ status: 0, body: error.message }),
  );
const ok = async (of: TestTenant) => (await read(of)).status === 200;

/** PostgREST processes that a gateway started, known by the folder of their sockets. */
function processesOf(folder: string): number[] {
  const ownSocket = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`PGRST_SERVER_UNIX_SOCKET=${folder}/`);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && ownSocket(name))
    .map(Number);
}

describe("PostgREST", () => {
  it("killed between requests is back with the next one", async () => {
    expect(await ok(tenant)).toBe(true);
    // More often than a process that never served would be started again.
    for (let i = 0; i < 6; i++) {
      for (const pid of processesOf(platform.gateway.folder)) process.kill(pid, "SIGKILL");
      const answer = await read(tenant);
      expect(answer).toEqual({ status: 200, body: '[{"id":1}]' });
      await sleepUntil("calm after the crash", () => ok(tenant));
    }
  });

  it("killed under load costs no read", async () => {
    const statuses: number[] = [];
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 40; i++) statuses.push((await read(tenant)).status);
      }),
    );
    setTimeout(() => processesOf(platform.gateway.folder).forEach((pid) => void process.kill(pid, "SIGKILL")), 100);
    await load;
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("does not run a write twice when it dies in the middle of it", async () => {
    const write = fetch(`${platform.urlOf(tenant)}/rest/v1/rpc/slow`, {
      method: "POST",
      headers: { apikey: tenant.secrets.serviceRoleKey, "content-type": "application/json" },
      body: '{"s": 3}',
    });
    await sleepUntil("it to run", async () => {
      const { rows } = await platform.control.query(
        "select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%slow%' and datname = $1 and backend_type = 'client backend'",
        [`db_${tenant.ref}`],
      );
      return rows[0].n === 1;
    });
    for (const pid of processesOf(platform.gateway.folder)) process.kill(pid, "SIGKILL");
    const answer = await write;
    expect([answer.status, await answer.json()]).toEqual([502, expect.objectContaining({ code: "upstream_failed" })]);
    await sleepUntil("it to be back", () => ok(tenant));
  });

  it("takes writes to a new table soon after it was made", async () => {
    expect(await ok(tenant)).toBe(true);
    await platform.sqlAsOwner(tenant, "create table public.fresh (id int)");
    const post = () =>
      fetch(`${platform.urlOf(tenant)}/rest/v1/fresh`, {
        method: "POST",
        headers: { apikey: tenant.secrets.serviceRoleKey, "content-type": "application/json" },
        body: '{"id": 1}',
      });
    const ms = await sleepUntil("the schema cache", async () => (await post()).status === 201);
    expect(ms).toBeLessThan(3_000);
  });

  it("follows changed settings of its tenant", async () => {
    const changed = await platform.createTenant(
      {},
      `${SQL} create schema api; create table api.t (id int); grant usage on schema api to service_role; grant select on api.t to service_role;`,
    );
    expect((await read(changed)).body).toBe('[{"id":1}]');
    const moved = { ...changed, config: { ...changed.config, rest: { ...changed.config.rest, schemas: ["api"] } } };
    await platform.setRow(moved);
    await sleepUntil("the other schema", async () => (await read(changed)).body === "[]");
    const rotated = { ...changed, secrets: { ...changed.secrets, serviceRoleKey: changed.secrets.anonKey } };
    await platform.setRow(rotated);
    const ms = await sleepUntil("the old key to be refused", async () => (await read(changed)).status === 401);
    expect(ms).toBeLessThan(1_000);
  });
});

/** Sends half of an insert, lets `meanwhile` happen, and sends the rest. */
async function insertAround(of: TestTenant, meanwhile: () => Promise<void>) {
  const body = JSON.stringify({ id: Math.floor(Math.random() * 1_000_000) + 2 });
  const request = httpRequest(`${platform.urlOf(of)}/rest/v1/t`, {
    method: "POST",
    headers: {
      apikey: of.secrets.serviceRoleKey,
      "content-type": "application/json",
      "content-length": body.length,
      "x-request-id": "half-of-an-insert",
    },
  });
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  request.write(body.slice(0, 5));
  // The gateway knows whose request it is before its body has come.
  await sleep(200);
  await meanwhile();
  request.end(body.slice(5));
  const [answer] = await answered;
  return { status: answer.statusCode, body: await text(answer) };
}

describe("a request that is on its way while its project changes", () => {
  /** Writes a row and waits until the gateway has it: a key of the new row works, or is refused. */
  const known = (of: TestTenant, status: number) =>
    sleepUntil("the new row to be known", async () => (await read(of)).status === status);

  it("goes on by the new settings", async () => {
    const of = await platform.createTenant({}, SQL);
    const { rest } = of.config;
    const answer = await insertAround(of, async () => {
      await platform.setRow({ ...of, config: { ...of.config, rest: { ...rest, schemas: ["nothing"] } } });
      await known(of, 404);
      await platform.setRow({ ...of, config: { ...of.config, rest: { ...rest, maxRows: 7 } } });
      await known(of, 200);
    });
    expect(answer).toEqual({ status: 201, body: "" });
  });

  it("is refused when its key is one no more", async () => {
    const of = await platform.createTenant({}, SQL);
    const fresh = { ...of, secrets: { ...of.secrets, serviceRoleKey: of.secrets.anonKey } };
    const answer = await insertAround(of, async () => {
      await platform.setRow(fresh);
      await known(of, 401);
    });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      401,
      expect.objectContaining({ code: "invalid_api_key" }),
    ]);
  });

  it("starts nothing for a project that was paused", async () => {
    const of = await platform.createTenant({}, SQL);
    const answer = await insertAround(of, async () => {
      await platform.setRow(of, "paused");
      await known(of, 503);
    });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      503,
      expect.objectContaining({ code: "project_paused" }),
    ]);
    // Those that were open end in a moment; one that was started for the request would stay until the tenant is idle.
    const connections = () =>
      platform.control.query("select from pg_stat_activity where datname = $1 and backend_type = 'client backend'", [
        `db_${of.ref}`,
      ]);
    await sleepUntil("its connections to end", async () => (await connections()).rows.length === 0, 5_000);
  });
});

describe("the shared cluster", () => {
  it("crashes and comes back: tenants heal by themselves", async () => {
    expect(await ok(tenant)).toBe(true);
    await platform.postgres.crash();
    const down = await read(tenant);
    expect(down.status).toBe(503);
    // Long enough for PostgREST's own pauses to have grown.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await platform.postgres.start();
    const ms = await sleepUntil("a good answer", () => ok(tenant), 20_000);
    expect(ms).toBeLessThan(6_000);
  }, 60_000);
});

describe("the control database", () => {
  it("may be down: known tenants work, unknown ones get a clear answer, also after a restart of the gateway", async () => {
    const known = await platform.createTenant({}, SQL);
    await sleepUntil("the tenant to be known", () => ok(known));
    // The registry's login locked out, which is what a dead control database looks like to the gateway alone.
    await platform.control.query("alter role supalove_data_plane nologin");
    await platform.control.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'supalove_data_plane'",
    );
    await sleepUntil("the loss to be seen", async () =>
      (await (await fetch(`${platform.gateway.metricsUrl}/metrics`)).text()).includes("registry_connected 0"),
    );
    expect(await ok(known)).toBe(true);
    const unknown = await fetch(`${platform.gateway.url}/projects/${"q".repeat(20)}/rest/v1/t`, {
      headers: { apikey: "x" },
    });
    expect([unknown.status, await unknown.json()]).toEqual([
      503,
      expect.objectContaining({ code: "registry_unavailable" }),
    ]);

    await platform.gateway.stop();
    expect(processesOf(platform.gateway.folder)).toEqual([]);
    platform.gateway = await startTestGateway(platform.postgres, {}, platform.gateway.folder);
    expect((await fetch(`${platform.gateway.metricsUrl}/ready`)).status).toBe(200);
    expect(await read(known)).toEqual({ status: 200, body: '[{"id":1}]' });

    const late = await platform.createTenant({}, SQL);
    await platform.control.query("alter role supalove_data_plane login");
    await sleepUntil("the new tenant", () => ok(late), 10_000);
    // What changed meanwhile is caught up with.
    await platform.setRow(known, "paused");
    await sleepUntil("the pause", async () => (await read(known)).status === 503, 2_000);
  });
});

describe("a burst", () => {
  it("on one tenant starves nobody", async () => {
    const loud = await platform.createTenant({ concurrency: 10, queue: 20, restPool: 5 }, SQL);
    const quiet = await platform.createTenant({}, SQL);
    expect(await ok(quiet)).toBe(true);
    const flood = Promise.all(
      Array.from({ length: 600 }, () =>
        fetch(`${platform.urlOf(loud)}/rest/v1/rpc/slow`, {
          method: "POST",
          headers: { apikey: loud.secrets.anonKey, "content-type": "application/json" },
          body: '{"s": 0.5}',
        }).then((answer) => ({ status: answer.status, retryAfter: answer.headers.get("retry-after") })),
      ),
    );
    const times: number[] = [];
    for (let i = 0; i < 30; i++) {
      const began = performance.now();
      expect(await read(quiet)).toEqual({ status: 200, body: '[{"id":1}]' });
      times.push(performance.now() - began);
    }
    const answers = await flood;
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(10);
    expect(refused.length).toBeGreaterThan(400);
    expect(refused.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
    expect(times.sort((a, b) => a - b)[15]).toBeLessThan(1_000);
  });

  it("above the rate is told when to come back", async () => {
    const limited = await platform.createTenant({ requestsPerSecond: 5 }, SQL);
    const answers = [];
    // The rate's reserve fills up again while the first one waits for a slow start.
    for (let i = 0; i < 60; i++) answers.push((await read(limited)).status);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThan(3);
    expect(answers.slice(0, 8)).toEqual(Array(8).fill(200));
  });
});

describe("many tenants", () => {
  it("share few processes: the longest idle one makes room", async () => {
    const small = await startTestGateway(platform.postgres, { REST_MAX_PROCESSES: "2" });
    const tenants = await Promise.all([1, 2, 3, 4].map(() => platform.createTenant({}, SQL)));
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(tenants.map((of) => read(of, `${small.url}/projects/${of.ref}`)));
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
      expect(processesOf(small.folder).length).toBeLessThanOrEqual(2);
    }
    await small.stop();
    expect(processesOf(small.folder)).toEqual([]);
    await small.removeFolder();
  });

  it("are woken quickly, and sleep again", async () => {
    const sleepy = await startTestGateway(platform.postgres, { REST_IDLE_SECONDS: "1" });
    const url = `${sleepy.url}/projects/${tenant.ref}`;
    expect((await read(tenant, url)).status).toBe(200);
    await sleepUntil("it to be stopped", () => processesOf(sleepy.folder).length === 0, 5_000);
    const began = performance.now();
    expect((await read(tenant, url)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(3_000);
    await sleepy.stop();
    await sleepy.removeFolder();
  });
});
