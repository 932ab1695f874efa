import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueRepairs } from "../admin/queueRepairs.ts";
import { DEFAULT_SERVER } from "../database/seedInstance.ts";
import { ServiceMissing } from "../runner/stackPort.ts";
import { watchStacks } from "../runner/watchStacks.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { type FakeBehaviour, fakeOutputs } from "../testing/fakeEngine.ts";
import { FAKE_STACKS, type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addProject } from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { checkStackExtensions } from "./checkStackExtensions.ts";

apiOfFile();
let runner: FakeEngineRunner;
let counter = 0;

/** An engine whose stacks are dedicated projects'. */
const engine: FakeBehaviour = ({ command }) => {
  if (command.action === "preview") return { status: "previewed", changes: [] };
  const { host: _h, port: _p, database: _d, schemaVersion: _v, ...keys } = fakeOutputs(command.spec.ref);
  const outputs = { gatewayUrl: `http://test-${command.spec.ref}-gateway:8080`, ...keys };
  return { status: "succeeded", outputs: command.action === "up" ? outputs : null };
};

beforeAll(() => {
  runner = startFakeEngineRunner(target);
  runner.engine.behaviour = engine;
});
afterAll(() => runner.close());

type Body = Record<string, unknown>;
const create = (body: Body = {}) =>
  api.call("/v1/projects", { body: { name: `dedicated ${++counter}`, plan: "dedicated", ...body } });
const run = (body: Body) => runner.run(String(body["operation_id"]));
const portsOf = async (ref: unknown) =>
  (await target.owner.portLease.findMany({ where: { projectRef: String(ref) }, orderBy: { port: "asc" } })).map(
    ({ port, purpose }) => `${purpose} ${port}`,
  );
const spec = () => runner.engine.commands.at(-1)?.spec;

async function created(body: Body = {}): Promise<Body> {
  const answer = await create(body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  await run(answer.body);
  return answer.body;
}

async function remove(ref: unknown): Promise<void> {
  const answer = await api.call(`/v1/projects/${ref}`, { method: "DELETE" });
  await run(answer.body);
}

describe("a dedicated project", () => {
  it("is created with what every one has, placed on a server, and served by its own gateway", async () => {
    const { ref, ...body } = await created();
    expect(body).toMatchObject({
      plan: "dedicated",
      backend_type: "dedicated_stack",
      db_name: "postgres",
      database: { host: "server.example.com" },
      stack: { services: ["db", "rest", "meta"], routes: [], postgres_settings: {}, publish_database: false },
    });
    expect(runner.engine.commands.at(-1)?.place).toMatchObject({
      kind: "server",
      endpoint: "unix:///var/run/docker.sock",
      edgeNetwork: "test-projects",
    });
    const tenant = await target.owner.tenant.findUniqueOrThrow({ where: { ref: String(ref) } });
    expect(tenant).toMatchObject({ status: "active" });
    expect(tenant.config).toMatchObject({ target: { plan: "dedicated", url: `http://test-${ref}-gateway:8080` } });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    await remove(ref);
  });

  it("has ports of its own, which are free again once it is gone", async () => {
    const [first, second] = [await created(), await created()];
    expect(await portsOf(first["ref"])).toEqual(["gateway 5500", "database 5501"]);
    expect(await portsOf(second["ref"])).toEqual(["gateway 5502", "database 5503"]);
    await remove(first["ref"]);
    expect(await portsOf(first["ref"])).toEqual([]);
    const third = await created();
    expect(await portsOf(third["ref"])).toEqual(["gateway 5500", "database 5501"]);
    for (const { ref } of [second, third]) await remove(ref);
  });

  it("never shares a port with one that comes at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create()));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const ports = await Promise.all(answers.map(({ body }) => portsOf(body["ref"])));
    expect(new Set(ports.flat().map((text) => text.split(" ")[1])).size).toBe(16);
    for (const { body } of answers) {
      await run(body);
      await remove(body["ref"]);
    }
  });

  it("is refused where no port is left, and nothing is written", async () => {
    const held = Array.from({ length: 19 }, (_, index) => ({
      serverId: DEFAULT_SERVER,
      port: 5500 + index,
      projectRef: "a".repeat(19) + String.fromCharCode(97 + index),
      purpose: "gateway",
    }));
    await target.owner.portLease.createMany({ data: held });
    const before = await target.owner.project.count();
    const answer = await create();
    expect([answer.status, answer.body["code"]]).toEqual([503, "server_full"]);
    expect(await target.owner.project.count()).toBe(before);
    // Previews that nobody applied: an hour later their ports are others'.
    await target.owner.portLease.updateMany({ data: { createdAt: new Date(Date.now() - 2 * 3_600_000) } });
    const { ref } = await created();
    await remove(ref);
    await target.owner.portLease.deleteMany();
  });

  it("goes to a server that has ports left, before one that has fewer projects", async () => {
    const { endpoint, bindAddress, publicHost, edgeNetwork } = await target.owner.server.findUniqueOrThrow({
      where: { id: DEFAULT_SERVER },
    });
    const full = { id: "a-full-one", endpoint, bindAddress, publicHost, edgeNetwork, portFrom: 7000, portTo: 7000 };
    await target.owner.server.create({ data: full });
    const { ref } = await created();
    expect(await portsOf(ref)).toEqual(["gateway 5500", "database 5501"]);
    await remove(ref);
    await target.owner.server.delete({ where: { id: full.id } });
  });

  it("gets the next port where a program has its own, and what was made for that is taken away", async () => {
    const words = "Bind for 127.0.0.1:5500 failed: port is already allocated";
    const error = {
      code: "port_in_use",
      message: `A port that the project needs is in use. (${words})`,
      next_step: "x",
    };
    runner.engine.behaviour = (call, count) => {
      const { action, spec } = call.command;
      const taken = action === "up" && spec.plan === "dedicated" && spec.stack.gatewayPort === 5500;
      return taken ? { status: "failed", error } : engine(call, count);
    };
    const before = runner.engine.actions.length;
    const { ref } = await created();
    expect(runner.engine.actions.slice(before)).toEqual(["up", "destroy", "up"]);
    expect(await portsOf(ref)).toEqual(["database 5501", "gateway 5502"]);
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    await remove(ref);

    // A change of one that is there keeps the address that its people know, and so does one that was shown.
    const started = await api.call("/v1/previews", { body: { name: `seen ${++counter}`, plan: "dedicated" } });
    await run(started.body);
    const path = `/v1/projects/${started.body["project_ref"]}`;
    const applied = await api.call(`${path}/operations`, { body: { preview_id: started.body["id"] } });
    await run(applied.body);
    runner.engine.behaviour = engine;
    expect((await api.call(`/v1/operations/${applied.body["operation_id"]}`)).body).toMatchObject({
      status: "failed",
      error: { code: "port_in_use" },
    });
    expect((await api.call(path)).body).toMatchObject({ status: "INIT_FAILED" });
    await remove(started.body["project_ref"]);
  });

  it("gets the ports that its preview showed", async () => {
    const started = await api.call("/v1/previews", { body: { name: `seen ${++counter}`, plan: "dedicated" } });
    expect(started.status).toBe(202);
    await run(started.body);
    const ref = started.body["project_ref"];
    const shown = await portsOf(ref);
    const other = await created();
    const applied = await api.call(`/v1/projects/${ref}/operations`, { body: { preview_id: started.body["id"] } });
    expect(applied.status, JSON.stringify(applied.body)).toBe(202);
    await run(applied.body);
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await portsOf(ref)).toEqual(shown);
    for (const each of [ref, other["ref"]]) await remove(each);
  });

  it("is changed in its services, settings, routes and published database", async () => {
    const { ref } = await created();
    const routes = [{ path: "/billing", target: "http://billing:3000/base" }];
    const change = {
      services: ["db", "rest"],
      postgres_settings: { work_mem: "8MB" },
      routes,
      publish_database: true,
    };
    const answer = await api.call(`/v1/projects/${ref}`, { method: "PATCH", body: change });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await run(answer.body);
    expect(spec()).toMatchObject({
      stack: { services: ["rest"], postgresSettings: { work_mem: "8MB" }, publishDatabase: true },
    });
    expect((await api.call(`/v1/projects/${ref}`)).body["stack"]).toMatchObject({
      ...change,
      routes: [{ ...routes[0], auth: "anon", strip_path: true }],
    });
    // The same again is no news.
    const again = await api.call(`/v1/projects/${ref}`, { method: "PATCH", body: change });
    expect(again.body["operation_id"]).toBeNull();
    await remove(ref);
  });

  it("shows how to reach its database only where it is published", async () => {
    const { ref } = await created();
    const path = `/v1/projects/${ref}/database/connection?reveal=true`;
    expect((await api.call(path)).body).toMatchObject({ code: "database_not_published" });
    const change = await api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { publish_database: true } });
    await run(change.body);
    expect((await api.call(path)).body).toMatchObject({
      host: "server.example.com",
      port: 5501,
      user: "postgres",
      database: "postgres",
      password: `owner password of ${ref}`,
    });
    await remove(ref);
  });

  it("loses its containers in a pause and nothing else, and gets them back", async () => {
    const { ref } = await created();
    await run((await api.call(`/v1/projects/${ref}/pause`, { method: "POST" })).body);
    expect(spec()).toMatchObject({ stack: { paused: true } });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "INACTIVE" });
    expect(await target.owner.tenant.findUnique({ where: { ref: String(ref) } })).toMatchObject({ status: "paused" });
    await run((await api.call(`/v1/projects/${ref}/restore`, { method: "POST" })).body);
    expect(spec()).toMatchObject({ stack: { paused: false } });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await target.owner.tenant.findUnique({ where: { ref: String(ref) } })).toMatchObject({ status: "active" });
    await remove(ref);
  });

  it("is up as before when its pause fails", async () => {
    const { ref } = await created();
    const error = { code: "docker_unreachable", message: "no answer", next_step: "start it" };
    runner.engine.behaviour = (call, count) =>
      call.command.spec.plan === "dedicated" && call.command.spec.stack.paused
        ? { status: "failed", error }
        : engine(call, count);
    const pause = await api.call(`/v1/projects/${ref}/pause`, { method: "POST" });
    await run(pause.body);
    runner.engine.behaviour = engine;
    expect((await api.call(`/v1/operations/${pause.body["operation_id"]}`)).body).toMatchObject({
      status: "failed",
      error: { code: "docker_unreachable" },
    });
    expect(spec()).toMatchObject({ stack: { paused: false } });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await target.owner.tenant.findUnique({ where: { ref: String(ref) } })).toMatchObject({ status: "active" });
    await remove(ref);
  });
});

describe("what a project can't have", () => {
  it.each([
    [{ services: ["rest"] }, "db"],
    [{ services: ["db", "auth"] }, "auth is not offered"],
    [{ services: ["db", "db"] }, "twice"],
    [{ postgres_settings: { shared_preload_libraries: "x" } }, "postgres_settings"],
    [{ postgres_settings: { work_mem: "1MB'; drop" } }, "postgres_settings"],
    [{ routes: [{ path: "/rest/x", target: "http://a:1" }] }, "Supabase's own"],
    [{ routes: [{ path: "/a b", target: "http://a:1" }] }, "path"],
    [{ routes: [{ path: "/a", target: "file:///etc/passwd" }] }, "target"],
    [{ routes: [{ path: "/a", target: "http://a:1;return 200" }] }, "target"],
    [
      {
        routes: [
          { path: "/a", target: "http://a:1" },
          { path: "/a", target: "http://b:1" },
        ],
      },
      "twice",
    ],
    [{ publish_database: "yes" }, "publish_database"],
  ])("%j is refused, and nothing is made", async (fields, words) => {
    const before = await target.owner.project.count();
    const answer = await create(fields);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_input"]);
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(await target.owner.project.count()).toBe(before);
    expect(await target.owner.portLease.count()).toBe(0);
  });

  it("is an extension that its image does not hold, where the platform built the image", async () => {
    const images = { db: "supalove/supabase-postgres:1", rest: "r", meta: "m", gateway: "g" };
    expect(() => checkStackExtensions(["pg_net"], images)).toThrow(
      expect.objectContaining({ code: "extension_unavailable", nextStep: expect.stringContaining("vector") }),
    );
    expect(() => checkStackExtensions(["vector", "postgres_fdw"], images)).not.toThrow();
    // What another image holds is found out when it is installed.
    expect(() => checkStackExtensions(["pg_net"], { ...images, db: "example/postgres:1" })).not.toThrow();
  });

  it("refuses settings of the dedicated plan for a shared project", async () => {
    const ref = await addProject(target.owner);
    const answer = await api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { publish_database: true } });
    expect([answer.status, answer.body["code"]]).toEqual([409, "wrong_plan"]);
    const shared = await api.call("/v1/projects", { body: { name: "s", plan: "shared", routes: [] } });
    expect([shared.status, shared.body["code"]]).toEqual([400, "invalid_input"]);
  });
});

describe("the stack of a dedicated project", () => {
  const container = {
    service: "rest" as const,
    state: "healthy" as const,
    image: "test/rest:1",
    started_at: "2026-11-25T08:00:00.000Z",
    restarts: 0,
    memory_bytes: 10_000_000,
    memory_limit_bytes: 160_000_000,
  };

  it("is shown as its server has it, as soon as somebody looks", async () => {
    const { ref } = await created();
    const asked = api.call(`/v1/projects/${ref}/stack`);
    await sleepUntil(async () => (await target.owner.stackView.count()) > 0, "somebody looks");
    await watchStacks({ ...runner.services, stacks: { ...runner.services.stacks, look: async () => [container] } });
    const answer = await asked;
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body).toMatchObject({ containers: [container] });
    await remove(ref);
  });

  it("does not exist on the shared plan", async () => {
    const ref = await addProject(target.owner);
    expect((await api.call(`/v1/projects/${ref}/stack`)).body).toMatchObject({ code: "wrong_plan" });
    const restart = await api.call(`/v1/projects/${ref}/services/rest/restart`, { method: "POST" });
    expect(restart.body).toMatchObject({ code: "wrong_plan" });
  });

  it("has a service restarted, or says why not", async () => {
    const { ref } = await created();
    const path = `/v1/projects/${ref}/services`;
    const restarted: string[] = [];
    const stacks = {
      ...FAKE_STACKS,
      restart: async (stack: { readonly ref: string }, service: string) => {
        restarted.push(`${stack.ref} ${service}`);
        if (service === "meta") throw new ServiceMissing("gone");
      },
    };
    const own = startFakeEngineRunner(target, { stacks });
    own.engine.behaviour = engine;
    const rest = await api.call(`${path}/rest/restart`, { method: "POST" });
    expect(rest.status).toBe(202);
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "RESTARTING" });
    await own.run(String(rest.body["operation_id"]));
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    const meta = await api.call(`${path}/meta/restart`, { method: "POST" });
    await own.run(String(meta.body["operation_id"]));
    expect((await api.call(`/v1/operations/${meta.body["operation_id"]}`)).body).toMatchObject({
      status: "failed",
      error: { code: "service_missing" },
    });
    expect(restarted).toEqual([`${ref} rest`, `${ref} meta`]);
    expect((await api.call(`${path}/nonsense/restart`, { method: "POST" })).body).toMatchObject({
      code: "invalid_input",
    });
    await own.close();
    await remove(ref);
  });
});

describe("every project run again", () => {
  const LOST = { code: "data_volume_missing", message: "its data is gone", next_step: "restore a backup" };

  it("leaves a paused one paused: its containers are not made, and nobody is let in", async () => {
    const { ref } = await created();
    await run((await api.call(`/v1/projects/${ref}/pause`, { method: "POST" })).body);
    const mine = (await queueRepairs(target.owner)).find((repair) => repair.ref === ref);
    await runner.run(mine?.operation_id ?? "");
    expect(runner.engine.commands.at(-1)).toMatchObject({
      action: "up",
      refresh: true,
      holdsData: true,
      spec: { stack: { paused: true } },
    });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "INACTIVE" });
    expect(await target.owner.tenant.findUnique({ where: { ref: String(ref) } })).toMatchObject({ status: "paused" });
    await remove(ref);
  });

  it("leaves a shared one paused whose pause was under way when it was queued", async () => {
    const ref = await addProject(target.owner);
    await target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });
    const pause = await api.call(`/v1/projects/${ref}/pause`, { method: "POST" });
    const mine = (await queueRepairs(target.owner)).find((repair) => repair.ref === ref);
    const before = runner.engine.calls.length;
    await run(pause.body);
    await runner.run(mine?.operation_id ?? "");
    expect(runner.engine.calls).toHaveLength(before);
    expect((await api.call(`/v1/operations/${mine?.operation_id}`)).body).toMatchObject({ status: "succeeded" });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "INACTIVE" });
    expect(await target.owner.tenant.findUnique({ where: { ref } })).toMatchObject({ status: "paused" });
  });

  it("says of one that did not come back that it is unhealthy", async () => {
    const { ref } = await created();
    runner.engine.behaviour = () => ({ status: "failed", error: LOST });
    const mine = (await queueRepairs(target.owner)).find((repair) => repair.ref === ref);
    await runner.run(mine?.operation_id ?? "");
    runner.engine.behaviour = engine;
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_UNHEALTHY" });
    await remove(ref);
  });

  it("leaves a paused one paused whose data is gone, whether it is repaired or restored", async () => {
    const { ref } = await created();
    await run((await api.call(`/v1/projects/${ref}/pause`, { method: "POST" })).body);
    runner.engine.behaviour = () => ({ status: "failed", error: LOST });
    const mine = (await queueRepairs(target.owner)).find((repair) => repair.ref === ref);
    await runner.run(mine?.operation_id ?? "");
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "INACTIVE" });
    const restore = await api.call(`/v1/projects/${ref}/restore`, { method: "POST" });
    await run(restore.body);
    runner.engine.behaviour = engine;
    expect((await api.call(`/v1/operations/${restore.body["operation_id"]}`)).body).toMatchObject({
      status: "failed",
      error: { code: "data_volume_missing" },
    });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "INACTIVE" });
    expect(await target.owner.tenant.findUnique({ where: { ref: String(ref) } })).toMatchObject({ status: "paused" });
    await remove(ref);
  });

  it("queues each once, and leaves alone what never was ready", async () => {
    const { ref } = await created();
    const failed = await addProject(target.owner, { status: "INIT_FAILED", secrets: false });
    const first = await queueRepairs(target.owner);
    const again = await queueRepairs(target.owner);
    const of = (list: typeof first, wanted: unknown) => list.find((repair) => repair.ref === wanted);
    expect(of(first, ref)?.operation_id).toMatch(/^op_/);
    expect(of(again, ref)).toEqual(of(first, ref));
    expect(of(first, failed)).toMatchObject({
      operation_id: null,
      skipped: expect.stringContaining("never was ready"),
    });
    for (const { operation_id } of first) if (operation_id !== null) await runner.run(operation_id);
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    await remove(ref);
  });
});
