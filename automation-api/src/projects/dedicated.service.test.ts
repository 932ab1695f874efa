import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueRepairs } from "../admin/queueRepairs.ts";
import { DEFAULT_SERVER } from "../database/seedInstance.ts";
import { ServiceMissing } from "../runner/stackPort.ts";
import { watchStacks } from "../runner/watchStacks.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { die, type FakeBehaviour, fakeOutputs, workUntilStopped } from "../testing/fakeEngine.ts";
import { FAKE_STACKS, type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addProject } from "../testing/fixtures.ts";
import { gate, sleepUntil } from "../testing/sleepUntil.ts";
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

describe("a dedicated project whose resume does not come to its end", () => {
  const tenantOf = async (ref: unknown) =>
    (await target.owner.tenant.findUniqueOrThrow({ where: { ref: String(ref) } })).status;
  const statusOf = async (ref: unknown) => (await api.call(`/v1/projects/${ref}`)).body["status"];
  const post = async (path: string) => (await api.call(path, { method: "POST" })).body;
  const operation = async (body: Body) => (await api.call(`/v1/operations/${body["operation_id"]}`)).body;
  const cancel = (body: Body) => post(`/v1/operations/${body["operation_id"]}/cancel`);
  const error = { code: "docker_unreachable", message: "no answer", next_step: "start it" };
  /** What the engine was told of containers since: whether there are to be none. */
  const pausedSince = (count: number) =>
    runner.engine.commands.slice(count).map(({ spec }) => spec.plan === "dedicated" && spec.stack.paused);

  /** One that is paused, and its resume. */
  async function resuming() {
    const { ref } = await created();
    await run(await post(`/v1/projects/${ref}/pause`));
    const resume = await post(`/v1/projects/${ref}/restore`);
    return { ref, resume, before: runner.engine.calls.length };
  }

  /** It can be resumed afterwards, and nothing of what was cut off takes its containers away again. */
  async function comesBack(ref: unknown) {
    runner.engine.behaviour = engine;
    await run(await post(`/v1/projects/${ref}/restore`));
    expect(spec()).toMatchObject({ stack: { paused: false } });
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["ACTIVE_HEALTHY", "active"]);
    await run((await api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { publish_database: true } })).body);
    expect(spec()).toMatchObject({ stack: { paused: false, publishDatabase: true } });
    await remove(ref);
  }

  it("is paused as before when it is cancelled: its containers go, whoever wants what", async () => {
    const { ref, resume, before } = await resuming();
    runner.engine.behaviour = (call, count) =>
      count === before + 1 ? workUntilStopped(call, count) : engine(call, count);
    const running = run(resume);
    await sleepUntil(() => runner.engine.calls.length === before + 1, "the resume began");
    await cancel(resume);
    await running;
    expect(await operation(resume)).toMatchObject({ status: "cancelled" });
    expect(pausedSince(before)).toEqual([false, true]);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["INACTIVE", "paused"]);
    await comesBack(ref);
  });

  it("is paused as before when it fails, also where the engine dies over going back", async () => {
    const { ref, resume, before } = await resuming();
    runner.engine.behaviour = (call, count) =>
      count === before + 1
        ? { status: "failed", error }
        : count === before + 2
          ? die(call, count)
          : engine(call, count);
    await run(resume);
    expect(await operation(resume)).toMatchObject({ status: "failed", error: { code: "docker_unreachable" } });
    expect(pausedSince(before)).toEqual([false, true, true]);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["INACTIVE", "paused"]);
    await comesBack(ref);
  });

  it("is not shown as served where its containers could not be taken away again", async () => {
    const { ref, resume } = await resuming();
    runner.engine.behaviour = () => ({ status: "failed", error });
    await run(resume);
    expect(await operation(resume)).toMatchObject({ status: "failed", error: { code: "docker_unreachable" } });
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["ACTIVE_UNHEALTHY", "paused"]);
    // What is left of it is taken away first.
    runner.engine.behaviour = engine;
    await run(await post(`/v1/projects/${ref}/restore`));
    expect(await statusOf(ref)).toBe("INACTIVE");
    await comesBack(ref);
  });

  it("is paused as before when it was cut off and is cancelled", async () => {
    const { ref, resume, before } = await resuming();
    const cut = startFakeEngineRunner(target);
    cut.engine.behaviour = workUntilStopped;
    const running = cut.run(String(resume["operation_id"])).catch(() => undefined);
    await sleepUntil(() => cut.engine.calls.length === 1, "the resume began");
    cut.stop();
    await running;
    await cut.close();
    await cancel(resume);
    await run(resume);
    expect(await operation(resume)).toMatchObject({ status: "cancelled" });
    expect(pausedSince(before).at(-1)).toBe(true);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["INACTIVE", "paused"]);
    await comesBack(ref);
  });

  it("is up when it was cut off after it was let in: it is too late to cancel that", async () => {
    const { ref, resume } = await resuming();
    const asking = gate();
    const cut = startFakeEngineRunner(target, {
      smoke: async (_ref, _key, signal) => {
        asking.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        return undefined;
      },
    });
    cut.engine.behaviour = engine;
    const running = cut.run(String(resume["operation_id"])).catch(() => undefined);
    await asking.opened;
    cut.stop();
    await running;
    await cut.close();
    await cancel(resume);
    await run(resume);
    expect(await operation(resume)).toMatchObject({ status: "succeeded" });
    expect(spec()).toMatchObject({ stack: { paused: false } });
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["ACTIVE_HEALTHY", "active"]);
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
    [{ postgres_settings: { work_mem: "banana" } }, "from 64kB to 2147483647kB"],
    [{ postgres_settings: { max_connections: "0" } }, "from 1 to 262143"],
    [{ postgres_settings: { max_connections: "1" } }, "must be at least 29 on the size micro"],
    [{ postgres_settings: { shared_buffers: "900GB" } }, "may be 384MB at most on the size micro"],
    [{ size: "nano", postgres_settings: { shared_buffers: "384MB" } }, "may be 192MB at most on the size nano"],
    [{ routes: [{ path: "/rest/x", target: "http://a:1" }] }, "Supabase's own"],
    [{ routes: [{ path: "/projects", target: "http://a:1" }] }, "Supabase's own"],
    [{ routes: [{ path: "/a b", target: "http://a:1" }] }, "path"],
    [{ routes: [{ path: "/a", target: "http://10.0.0.7:8080" }] }, "is private"],
    [{ routes: [{ path: "/a", target: "http://localhost:8080" }] }, "is private"],
    [{ routes: [{ path: "/a", target: "http://a:0" }] }, "a port from 1 to 65535"],
    [{ routes: [{ path: "/a", target: "http://a/x/../y" }] }, "no dot segment"],
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
    const preview = await api.call("/v1/previews", { body: { name: "never", plan: "dedicated", ...fields } });
    expect([preview.status, preview.body["issues"]]).toEqual([400, answer.body["issues"]]);
    expect(await target.owner.project.count()).toBe(before);
    expect(await target.owner.portLease.count()).toBe(0);
  });

  it("are settings that don't fit its size, whichever of the two is changed", async () => {
    const { ref } = await created({ size: "small", postgres_settings: { shared_buffers: "700MB" } });
    const path = `/v1/projects/${ref}`;
    const refused = async (body: Body, field: string, words: string) => {
      for (const call of [
        { path, method: "PATCH", body },
        { path: `${path}/previews`, method: "POST", body },
      ]) {
        const answer = await api.call(call.path, call);
        expect([answer.status, answer.body["code"]], JSON.stringify(answer.body)).toEqual([400, "invalid_input"]);
        expect(answer.body["issues"]).toEqual([{ in: "body", path: field, message: expect.stringContaining(words) }]);
      }
      expect((await api.call(path)).body).toMatchObject({ status: "ACTIVE_HEALTHY", size: "small" });
    };
    const tooLarge = "may be 384MB at most on the size micro, half of its Postgres's memory";
    await refused({ size: "micro" }, "size", `the project's setting shared_buffers, which is 700MB: it ${tooLarge}`);
    await refused(
      { postgres_settings: { shared_buffers: "800MB" } },
      "postgres_settings.shared_buffers",
      "may be 768MB at most on the size small",
    );
    await refused(
      { size: "micro", postgres_settings: { shared_buffers: "500MB" } },
      "postgres_settings.shared_buffers",
      tooLarge,
    );
    // With the setting that was in the way the size goes, too.
    const both = { size: "micro", postgres_settings: { shared_buffers: "300MB" } };
    const answer = await api.call(path, { method: "PATCH", body: both });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await run(answer.body);
    await remove(ref);
  });

  it("may stand in its row from before it was refused, and can be put right", async () => {
    const { ref } = await created();
    const path = `/v1/projects/${ref}`;
    const { stack } = await target.owner.project.findUniqueOrThrow({ where: { ref: String(ref) } });
    const route = { path: "/old", target: "http://10.0.0.7:8080", auth: "anon", strip_path: true };
    const older = { ...(stack as object), postgresSettings: { work_mem: "banana" }, routes: [route] };
    await target.owner.project.update({ where: { ref: String(ref) }, data: { stack: older } });
    expect((await api.call(path)).body["stack"]).toMatchObject({
      postgres_settings: { work_mem: "banana" },
      routes: [route],
    });
    const resize = await api.call(path, { method: "PATCH", body: { size: "small" } });
    expect(resize.body["issues"]).toMatchObject([
      { path: "size", message: expect.stringContaining("work_mem, which is banana") },
    ]);
    const mend = { size: "small", postgres_settings: {}, routes: [] };
    const mended = await api.call(path, { method: "PATCH", body: mend });
    expect(mended.status, JSON.stringify(mended.body)).toBe(200);
    await run(mended.body);
    await remove(ref);
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
    const { body } = await api.call(`/v1/projects/${ref}/pause`, { method: "POST" });
    await runner.run(String(body["operation_id"]));
    // The look from before is none of what the operation left.
    const { checkedAt } = await target.owner.stackView.findUniqueOrThrow({ where: { projectRef: String(ref) } });
    expect(checkedAt).toBeNull();
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
