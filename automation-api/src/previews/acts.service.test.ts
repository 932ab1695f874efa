import type { PlannedChange, StackContainer } from "@supalove/contracts/api/index.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { succeed } from "../testing/fakeEngine.ts";
import { FAKE_STACKS, type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addOrganization, addProject, addUser, type TestUser } from "../testing/fixtures.ts";

/* Pause, resume and restart as previews: looked at first, applied as shown, or not at all. */

apiOfFile();
let runner: FakeEngineRunner;
let stranger: TestUser;
let restarted: string[] = [];
/** What the server says of a project's containers; undefined where it does not answer. */
let containers: readonly Pick<StackContainer, "service" | "state">[] | undefined;

const removed: PlannedChange = {
  urn: "urn:pulumi:s::p::docker:index/container:Container::project-rest",
  type: "docker:index/container:Container",
  name: "project-rest",
  op: "delete",
  destructive: false,
  summary: "The REST service is stopped",
  detailed: [],
};

beforeAll(async () => {
  const stacks = {
    ...FAKE_STACKS,
    look: async () => {
      if (containers === undefined) throw new Error("connect ECONNREFUSED");
      return containers as StackContainer[];
    },
    restart: async (_stack: unknown, service: string) => void restarted.push(service),
  };
  runner = startFakeEngineRunner(target, { stacks });
  stranger = await addUser(target.owner, "stranger");
  await addOrganization(target.owner, stranger.id);
});
beforeEach(() => {
  restarted = [];
  containers = [{ service: "rest", state: "healthy" }];
  runner.engine.calls.length = 0;
  finding([]);
});
afterAll(() => runner.close());

/** What the engine finds in its looks from now on. */
function finding(changes: readonly PlannedChange[]): void {
  runner.engine.behaviour = (call, count) =>
    call.command.action === "preview" ? { status: "previewed", changes: [...changes] } : succeed(call, count);
}

async function dedicated(status = "ACTIVE_HEALTHY", paused = false): Promise<string> {
  const ref = await addProject(target.owner, { dedicated: true });
  await up(ref);
  await target.owner.project.update({ where: { ref }, data: { status, paused } });
  runner.engine.calls.length = 0;
  return ref;
}

async function withoutMeta(): Promise<string> {
  const ref = await dedicated();
  const { stack } = await target.owner.project.findUniqueOrThrow({ where: { ref } });
  await target.owner.project.update({ where: { ref }, data: { stack: { ...(stack as object), services: ["rest"] } } });
  return ref;
}

async function shared(status = "ACTIVE_HEALTHY"): Promise<string> {
  const ref = await addProject(target.owner);
  await up(ref);
  await target.owner.project.update({ where: { ref }, data: { status } });
  runner.engine.calls.length = 0;
  return ref;
}
/** What every project was once: only then do the gateways know of it. */
const up = async (ref: string) => runner.run(await addOperationRow(target.owner, ref));

type Body = Record<string, unknown>;
const ask = (ref: string, body: Body, token?: string) =>
  api.call(`/v1/projects/${ref}/previews`, { body, ...(token === undefined ? {} : { token }) });
const read = async (path: string) => (await api.call(path)).body;

async function made(ref: string, body: Body): Promise<Body> {
  const started = await ask(ref, body);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await runner.run(String(started.body["operation_id"]));
  return read(`/v1/previews/${started.body["id"]}`);
}
const apply = ({ project_ref, id }: Body) =>
  api.call(`/v1/projects/${project_ref}/operations`, { body: { preview_id: id } });

async function applied(preview: Body): Promise<Body> {
  const started = await apply(preview);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await runner.run(String(started.body["operation_id"]));
  return read(`/v1/operations/${started.body["operation_id"]}`);
}
const statusOf = async (ref: string) => (await read(`/v1/projects/${ref}`))["status"];
const looks = () => runner.engine.commands.map(({ action }) => action);

describe("the preview of a pause", () => {
  it("of a dedicated project shows which containers go, and applying takes them away", async () => {
    finding([removed]);
    const ref = await dedicated();
    const preview = await made(ref, { pause: true });
    expect(preview).toMatchObject({ kind: "pause", status: "ready", destructive: false, confirm: null });
    expect(String(preview["summary"]).split("\n")).toEqual([
      "the project is paused: its requests are refused (503 project_paused) until it is resumed",
      "its data, its keys and its URL stay",
      "The REST service is stopped",
    ]);
    expect(runner.engine.commands).toMatchObject([
      { action: "preview", kind: "change", holdsData: true, spec: { stack: { paused: true } } },
    ]);
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
    expect(await applied(preview)).toMatchObject({ kind: "pause", status: "succeeded", preview_id: preview["id"] });
    expect(looks()).toEqual(["preview", "preview", "up"]);
    expect(await statusOf(ref)).toBe("INACTIVE");
  });

  it("of a shared project asks no engine, and says what its database does", async () => {
    const ref = await shared();
    const preview = await made(ref, { pause: true });
    expect(preview["summary"]).toContain("its database lets nobody in, and whoever is connected is sent away");
    expect(await applied(preview)).toMatchObject({ kind: "pause", status: "succeeded" });
    expect(runner.engine.calls).toEqual([]);
    expect(await statusOf(ref)).toBe("INACTIVE");
    expect(await applied(await made(ref, { resume: true }))).toMatchObject({ kind: "resume", status: "succeeded" });
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });

  it("does nothing when something else would happen by now", async () => {
    finding([removed]);
    const ref = await dedicated();
    const preview = await made(ref, { pause: true });
    finding([removed, { ...removed, urn: "another" }]);
    expect(await applied(preview)).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect(looks()).toEqual(["preview", "preview"]);
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
    expect(await target.owner.tenant.findFirst({ where: { ref, status: "paused" } })).toBeNull();
  });
});

describe("an applied pause that was cut off", () => {
  /** As if its runner had been killed, with this written down by then. */
  async function cutOff(id: string, input: object): Promise<void> {
    const { input: before } = await target.owner.operation.findUniqueOrThrow({ where: { id } });
    await target.owner.operation.update({
      where: { id },
      data: { status: "running", epoch: 1, leaseUntil: new Date(0), input: { ...(before as object), ...input } },
    });
    await runner.expireLeases();
    runner.engine.calls.length = 0;
  }

  it("before it began is looked at once more", async () => {
    finding([removed]);
    const ref = await dedicated();
    const preview = await made(ref, { pause: true });
    const id = String((await apply(preview)).body["operation_id"]);
    await cutOff(id, {});
    finding([]);
    await runner.run(id);
    expect(await read(`/v1/operations/${id}`)).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect(looks()).toEqual(["preview"]);
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });

  it("after that goes on, whatever a look would find by now", async () => {
    finding([removed]);
    const ref = await dedicated();
    const preview = await made(ref, { pause: true });
    const id = String((await apply(preview)).body["operation_id"]);
    await cutOff(id, { looked: true });
    finding([]);
    await runner.run(id);
    expect(await read(`/v1/operations/${id}`)).toMatchObject({ status: "succeeded" });
    expect(looks()).toEqual(["up"]);
    expect(runner.engine.commands).toMatchObject([{ recover: true }]);
    expect(await statusOf(ref)).toBe("INACTIVE");
  });
});

describe("the preview of a resume", () => {
  it("shows what is started, with the volume that must be there, and applying starts it", async () => {
    const started = { ...removed, op: "create" as const, summary: "The REST service will be started" };
    finding([started]);
    const ref = await dedicated("INACTIVE", true);
    const preview = await made(ref, { resume: true });
    expect(String(preview["summary"]).split("\n")).toEqual([
      "the project comes back: its requests are answered again",
      "The REST service will be started",
    ]);
    expect(runner.engine.commands).toMatchObject([{ holdsData: true, spec: { stack: { paused: false } } }]);
    expect(await applied(preview)).toMatchObject({ kind: "resume", status: "succeeded" });
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });

  it("is stale once the project was resumed without it", async () => {
    const ref = await dedicated("INACTIVE", true);
    const preview = await made(ref, { resume: true });
    expect((await api.call(`/v1/projects/${ref}/restore`, { method: "POST" })).status).toBe(200);
    expect(await apply(preview)).toMatchObject({ status: 409, body: { code: "preview_stale" } });
  });
});

describe("the preview of a restart", () => {
  it("says how long the service is away, and applying restarts that one", async () => {
    const ref = await dedicated();
    const preview = await made(ref, { restart: "rest" });
    expect(preview).toMatchObject({
      kind: "restart",
      status: "ready",
      summary: "The REST service is stopped and started again (about 1 s); its settings and its data stay",
    });
    expect(restarted).toEqual([]);
    expect(await applied(preview)).toMatchObject({ kind: "restart", status: "succeeded" });
    expect(restarted).toEqual(["rest"]);
    expect(runner.engine.calls).toEqual([]);
  });

  it("says it of one that does not run; applied after somebody started it, it is stale", async () => {
    containers = [{ service: "rest", state: "stopped" }];
    const preview = await made(await dedicated(), { restart: "rest" });
    expect(preview["summary"]).toBe("The REST service does not run: it is started");
    containers = [{ service: "rest", state: "healthy" }];
    expect(await applied(preview)).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect(restarted).toEqual([]);
  });

  it.each([
    ["service_missing", [{ service: "rest" as const, state: "missing" as const }]],
    ["docker_unreachable", undefined],
  ])("fails with %s where it can't be done, and says what to do", async (code, found) => {
    containers = found;
    const preview = await made(await dedicated(), { restart: "rest" });
    expect(preview).toMatchObject({ status: "failed", error: { code, next_step: expect.stringMatching(/./) } });
    expect((await apply(preview)).body).toMatchObject({ code: "preview_not_ready" });
  });
});

describe("acts that a project can't do", () => {
  it("are refused before anything is looked at", async () => {
    const awake = await shared();
    const asleep = await shared("INACTIVE");
    for (const [ref, body, code] of [
      [awake, { restart: "rest" }, "wrong_plan"],
      [awake, { resume: true }, "project_not_paused"],
      [asleep, { pause: true }, "project_not_ready"],
      [await dedicated("INACTIVE", true), { restart: "rest" }, "project_not_ready"],
      [await withoutMeta(), { restart: "meta" }, "service_off"],
      [awake, { pause: false }, "invalid_input"],
      [awake, { pause: true, size: "small" }, "invalid_input"],
      [awake, { pause: true, refresh: true }, "invalid_input"],
      [awake, { pause: true, delete: true }, "invalid_input"],
      [awake, { restart: "everything" }, "invalid_input"],
    ] as const) {
      expect((await ask(ref, body)).body, JSON.stringify(body)).toMatchObject({ code });
    }
    expect(await target.owner.preview.count({ where: { projectRef: { in: [awake, asleep] } } })).toBe(0);
  });

  it("are no act of another tenant, who does not even learn that the project is there", async () => {
    const ref = await dedicated();
    for (const body of [{ pause: true }, { resume: true }, { restart: "rest" }]) {
      const answer = await ask(ref, body, stranger.token);
      expect(answer).toMatchObject({ status: 404, body: { code: "project_not_found" } });
    }
    const preview = await made(ref, { pause: true });
    const foreign = await api.call(`/v1/projects/${ref}/operations`, {
      body: { preview_id: preview["id"] },
      token: stranger.token,
    });
    expect(foreign.status).toBe(404);
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });
});
