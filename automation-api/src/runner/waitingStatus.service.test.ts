import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { succeed } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addProject } from "../testing/fixtures.ts";
import { gate } from "../testing/sleepUntil.ts";
import { runOperation } from "./runOperation.ts";

/* What a project's status says while one operation ends and others wait behind it. */

apiOfFile();
let runner: FakeEngineRunner;
/** What the gateway has to say against projects. */
let fault: string | undefined;

beforeAll(() => {
  runner = startFakeEngineRunner(target, { smoke: async () => fault });
});
beforeEach(() => {
  fault = undefined;
  runner.engine.behaviour = succeed;
});
afterAll(() => runner.close());

const failing = () => ({ status: "failed" as const, error: { code: "x", message: "it did not work", next_step: "y" } });

/** A shared project that is served. */
async function served(status = "ACTIVE_HEALTHY"): Promise<string> {
  const ref = await addProject(target.owner, { status });
  await target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });
  return ref;
}

/** Asks for something that an operation does; gives its id. */
async function asked(path: string, method: string, body?: unknown): Promise<string> {
  const answer = await api.call(path, { method, ...(body === undefined ? {} : { body }) });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return String(answer.body["operation_id"]);
}
const change = (ref: string, body: unknown) => asked(`/v1/projects/${ref}`, "PATCH", body);
const install = (ref: string, ...extensions: string[]) => change(ref, { extensions });
const setPassword = (ref: string) =>
  asked(`/v1/projects/${ref}/database/password`, "PATCH", { password: "correct horse battery" });
const pause = (ref: string) => asked(`/v1/projects/${ref}/pause`, "POST");
const restore = (ref: string) => asked(`/v1/projects/${ref}/restore`, "POST");
const remove = (ref: string) => asked(`/v1/projects/${ref}`, "DELETE");
const cancel = async (id: string) =>
  expect((await api.call(`/v1/operations/${id}/cancel`, { method: "POST" })).status).toBe(202);
const resize = (ref: string) => api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { size: "large" } });
const statusOf = async (ref: string) => (await api.call(`/v1/projects/${ref}`)).body["status"];
const operation = async (id: string) => (await api.call(`/v1/operations/${id}`)).body;
const tenantOf = async (ref: string) => (await target.owner.tenant.findUniqueOrThrow({ where: { ref } })).status;

describe("an operation that ends while another waits", () => {
  it("leaves the status that a pause has set, so that no change gets behind it and opens what is paused", async () => {
    const ref = await served();
    const first = await install(ref, "hstore");
    const pausing = await pause(ref);
    await runner.run(first);
    expect(await operation(first)).toMatchObject({ status: "succeeded" });
    expect(await statusOf(ref)).toBe("PAUSING");
    const late = await resize(ref);
    expect([late.status, late.body["code"]]).toEqual([409, "project_not_ready"]);
    await runner.run(pausing);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["INACTIVE", "paused"]);
  });

  it.each([
    ["a change", (ref: string) => install(ref, "hstore")],
    ["a new password", (ref: string) => setPassword(ref)],
  ])("tells the pause where it left the project, should that be cancelled: %s", async (_, ask) => {
    const ref = await served();
    const first = await ask(ref);
    const pausing = await pause(ref);
    fault = "it does not answer";
    await runner.run(first);
    expect(await statusOf(ref)).toBe("PAUSING");
    await cancel(pausing);
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
  });

  it("leaves the status of a change of size that waits, and that one fails back to where the project was left", async () => {
    const ref = await served();
    const first = await install(ref, "hstore");
    const second = await change(ref, { size: "large" });
    fault = "it does not answer";
    await runner.run(first);
    expect(await statusOf(ref)).toBe("RESIZING");
    runner.engine.behaviour = failing;
    await runner.run(second);
    expect(await operation(second)).toMatchObject({ status: "failed", error: { code: "x" } });
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
  });

  it("writes its own status where what waits has set none; a change that fails then leaves it so", async () => {
    const ref = await served();
    const first = await install(ref, "hstore");
    const second = await install(ref, "hstore", "vector");
    fault = "it does not answer";
    await runner.run(first);
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
    runner.engine.behaviour = failing;
    await runner.run(second);
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
  });

  it("makes a project healthy again for the one that waits, too", async () => {
    const ref = await served("ACTIVE_UNHEALTHY");
    const first = await install(ref, "hstore");
    const pausing = await pause(ref);
    await runner.run(first);
    await cancel(pausing);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["ACTIVE_HEALTHY", "active"]);
  });
});

describe("cancelling what waits", () => {
  it("leaves the status alone that a later operation has set", async () => {
    const ref = await served();
    const first = await install(ref, "hstore");
    const second = await install(ref, "hstore", "vector");
    const pausing = await pause(ref);
    await cancel(second);
    expect(await statusOf(ref)).toBe("PAUSING");
    expect((await resize(ref)).status).toBe(409);
    await runner.run(first);
    await runner.run(pausing);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["INACTIVE", "paused"]);
  });

  it("of all that waits, by a delete, leaves what runs to say where the project stands", async () => {
    const ref = await served();
    const first = await install(ref, "hstore");
    await pause(ref);
    await target.owner.operation.update({ where: { id: first }, data: { status: "interrupted", epoch: 1 } });
    const destroy = await remove(ref);
    fault = "it does not answer";
    await runner.run(first);
    expect(await statusOf(ref)).toBe("GOING_DOWN");
    await cancel(destroy);
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
  });
});

describe("a change that comes to a project which was paused since it was asked for", () => {
  it("changes nothing, opens nothing, and says why", async () => {
    const ref = await served();
    const pausing = await pause(ref);
    const closing = gate();
    const closed = gate();
    const opened: string[] = [];
    const logins = {
      open: async (_: unknown, of: string) => void opened.push(of),
      close: async () => {
        closing.open();
        await closed.opened;
      },
    };
    const services = { ...runner.services, logins };
    const running = runOperation(services, pausing, "test");
    await closing.opened;
    // A delete that was thought better of: the pause was told to stop, and succeeds all the same.
    await cancel(await remove(ref));
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
    const late = await change(ref, { size: "large" });
    closed.open();
    await running;
    const before = runner.engine.calls.length;
    await runOperation(services, late, "test");
    expect(await operation(late)).toMatchObject({ status: "failed", error: { code: "project_paused" } });
    expect([runner.engine.calls.length - before, opened]).toEqual([0, []]);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["INACTIVE", "paused"]);
    await runner.run(await restore(ref));
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["ACTIVE_HEALTHY", "active"]);
    expect((await api.call(`/v1/projects/${ref}`)).body["size"]).toBe("micro");
  });

  it("does so where it is to bring the project back", async () => {
    const ref = await served("ACTIVE_UNHEALTHY");
    const restoring = await restore(ref);
    await target.owner.tenant.update({ where: { ref }, data: { status: "paused" } });
    await runner.run(restoring);
    expect([await statusOf(ref), await tenantOf(ref)]).toEqual(["ACTIVE_HEALTHY", "active"]);
  });
});
