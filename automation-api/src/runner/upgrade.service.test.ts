import { readdir } from "node:fs/promises";
import type { StackService } from "@supalove/contracts";
import type { StackContainer } from "@supalove/contracts/api/index.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { FakeBackups } from "../testing/fakeBackups.ts";
import { die, succeed, workUntilStopped } from "../testing/fakeEngine.ts";
import { FAKE_HEALTH, FAKE_STACKS, type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { FakeImages } from "../testing/fakeImages.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { RunnerStopping } from "./run.ts";

let cluster: ControlCluster;
let target: TestDatabase;
let runner: FakeEngineRunner;
let backups: FakeBackups;
let images: FakeImages;
/** What the server says of the containers, by the image of the service that the engine made last. */
let states: (service: StackService, image: string) => Partial<StackContainer>;
/** How long an upgraded project is waited for. */
let health: typeof FAKE_HEALTH;
/** What the gateway has to say against the project. */
let smoke: () => string | undefined;

const FORMER = { db: "test/db:1", rest: "test/rest:1", meta: "test/meta:1", gateway: "test/gateway:1" };
const BROKEN: EngineOutcome = { status: "failed", error: { code: "x", message: "It broke.", next_step: "n" } };

/** Images that the engine made the containers of: those of the last `up` that it was given. */
function running(): Record<StackService, string> {
  const ups = runner.engine.commands.filter(({ action }) => action === "up");
  const spec = ups.at(-1)?.spec;
  return spec?.plan === "dedicated" ? spec.stack.images : FORMER;
}

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  backups = new FakeBackups();
  images = new FakeImages();
  states = () => ({});
  smoke = () => undefined;
  health = { ...FAKE_HEALTH };
  start();
});
afterEach(async () => {
  await runner.close();
  await target.close();
});

function start(): void {
  const look = async (): Promise<StackContainer[]> =>
    (Object.entries(running()) as [StackService, string][]).map(([service, image]) => ({
      service,
      state: "healthy",
      image,
      started_at: new Date(0).toISOString(),
      restarts: 0,
      memory_bytes: null,
      memory_limit_bytes: null,
      ...states(service, image),
    }));
  const stacks = { ...FAKE_STACKS, look };
  runner = startFakeEngineRunner(target, { backups, images, stacks, health, smoke: async () => smoke() });
}

/** A project that waits to be upgraded. */
async function waiting(wished: Partial<Record<StackService, string>>, input: Record<string, unknown> = {}) {
  const ref = await addProject(target.owner, { status: "UPGRADING", dedicated: true });
  const id = await addOperationRow(target.owner, ref, { kind: "upgrade" });
  await target.owner.operation.update({
    where: { id },
    data: { input: { creates: false, status_if_cancelled: "ACTIVE_HEALTHY", change: { images: wished }, ...input } },
  });
  return { ref, id };
}

const operationOf = (id: string) => target.owner.operation.findUniqueOrThrow({ where: { id } });
const stackOf = async (ref: string) => {
  const { stack, status } = await target.owner.project.findUniqueOrThrow({ where: { ref } });
  return { status, images: (stack as { readonly images: unknown }).images };
};
const rows = () => target.owner.backup.findMany();
const imagesOf = (commands: readonly EngineCommand[]) =>
  commands.map(({ spec }) => (spec.plan === "dedicated" ? spec.stack.images : undefined));

/** An engine that fails with these images and is good with all others. */
const failWith = (reference: string) => {
  runner.engine.behaviour = (call, count) => {
    const { spec } = call.command;
    const bad = spec.plan === "dedicated" && Object.values(spec.stack.images).includes(reference);
    return bad ? BROKEN : succeed(call, count);
  };
};

/** Nothing was done to the project: no engine, no backup, the row as it was. */
async function expectUntouched(ref: string, id: string, code: string): Promise<void> {
  expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code } });
  expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: FORMER });
  expect(runner.engine.calls).toEqual([]);
  expect([await rows(), await readdir(runner.services.env.BACKUP_DIR), images.cleared]).toEqual([[], [], []]);
}

describe("an upgrade", () => {
  it("of one service writes its version once all is well, and takes no backup where the database stays", async () => {
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded", error: null });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: { ...FORMER, rest: "test/rest:2" } });
    expect([await rows(), images.cleared]).toEqual([[], []]);
  });

  it("of the database takes a tested backup before anything is changed", async () => {
    const { ref, id } = await waiting({ db: "test/db:2" });
    runner.engine.behaviour = async (call, count) => {
      expect(await rows()).toMatchObject([{ operationId: id, reason: "upgrade", projectRef: ref }]);
      expect(backups.tested).toEqual([ref]);
      expect(await stackOf(ref)).toMatchObject({ images: FORMER });
      return succeed(call, count);
    };
    await runner.run(id);
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: { ...FORMER, db: "test/db:2" } });
    expect((await rows())[0]?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  });

  it("to what runs already is done at once", async () => {
    const { ref, id } = await waiting({ rest: FORMER.rest });
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded" });
    expect([runner.engine.calls, (await stackOf(ref)).status]).toEqual([[], "ACTIVE_HEALTHY"]);
  });
});

describe("a gate that fails touches nothing", () => {
  it("no image", async () => {
    images.missing.add("test/rest:2");
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "image_missing");
  });

  it("no image of what runs now: there would be no way back", async () => {
    images.missing.add("test/rest:1");
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "image_missing");
  });

  it("an image of something else", async () => {
    images.particular.set("test/rest:2", { labels: { "supalove.image": "nginx" } });
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "image_unfit");
  });

  it.each([
    ["by what the image says", () => images.particular.set("test/db:2", { env: { PG_MAJOR: "17" } })],
    ["by what its program is", () => Object.assign(images, { programs: { ...images.programs, version: "16.4" } })],
  ])("another major of Postgres, %s", async (_how, prepare) => {
    prepare();
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "postgres_major_differs");
  });

  it("an extension that the new image does not have", async () => {
    images.facts = { ...images.facts, extensions: ["plpgsql", "postgis"] };
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "extension_unavailable");
    expect((await operationOf(id)).error).toMatchObject({ message: expect.stringContaining("postgis") });
  });

  it("no room for the dump", async () => {
    images.facts = { ...images.facts, freeBytes: 1024 };
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "disk_full");
  });

  it.each([
    ["a container that is not well", () => (states = (service) => (service === "meta" ? { state: "unhealthy" } : {}))],
    ["a database that does not answer", () => (images.onAsk = () => Promise.reject(new Error("no")))],
  ])("%s", async (_what, prepare) => {
    prepare();
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "project_unhealthy");
  });

  it("a dump that fails", async () => {
    backups.onDump = () => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "backup_failed");
    expect((await operationOf(id)).error).toMatchObject({ message: expect.stringContaining("the disk is full") });
  });

  it("a database that is gone", async () => {
    backups.onDump = () => false;
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectUntouched(ref, id, "backup_failed");
  });
});

describe("what does not become healthy is rolled back", () => {
  async function expectRolledBack(ref: string, id: string, why: string): Promise<void> {
    expect(await operationOf(id)).toMatchObject({
      status: "failed",
      error: { code: "upgrade_rolled_back", message: expect.stringContaining(why) },
    });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: FORMER });
    expect(running()).toEqual(FORMER);
  }

  it("a container that stays unhealthy", async () => {
    states = (_service, image) => (image === "test/rest:2" ? { state: "unhealthy" } : {});
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "because the REST service is unhealthy");
    expect(images.cleared).toEqual(["rest"]);
    expect(runner.engine.commands.at(-1)).toMatchObject({ action: "up", recover: true, presence: "unknown" });
  });

  it("one that never comes to an end of its start", async () => {
    Object.assign(health, { withinMs: 500 });
    states = (_service, image) => (image === "test/rest:2" ? { state: "starting" } : {});
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "because after 0.5 s the REST service is still starting");
  });

  it("one that ends again and again, long before the time is up", async () => {
    states = (_service, image) => (image === "test/rest:2" ? { state: "starting", restarts: 9 } : {});
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "the REST service ends again and again");
  });

  it("one that does not stay up", async () => {
    let looks = 0;
    states = (_service, image) => (image === "test/rest:2" ? { started_at: new Date(looks++).toISOString() } : {});
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "the containers still start anew");
  });

  it("a database that does not answer its own login", async () => {
    images.onAsk = () => {
      if (running().db === "test/db:2") throw new Error("no");
    };
    const { ref, id } = await waiting({ db: "test/db:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "the database does not answer");
    expect(await rows()).toHaveLength(1);
  });

  it("a project that does not answer through the gateway", async () => {
    smoke = () => (running().gateway === "test/gateway:2" ? "the gateway answered 502" : undefined);
    const { ref, id } = await waiting({ gateway: "test/gateway:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "the gateway answered 502");
  });

  it("an engine that fails, and one that dies at each attempt", async () => {
    failWith("test/rest:2");
    const one = await waiting({ rest: "test/rest:2" });
    await runner.run(one.id);
    await expectRolledBack(one.ref, one.id, "it broke");
    runner.engine.behaviour = (call, count) => {
      const { spec } = call.command;
      const forward = spec.plan === "dedicated" && spec.stack.images.meta === "test/meta:2";
      return forward ? die(call, count) : succeed(call, count);
    };
    const two = await waiting({ meta: "test/meta:2" });
    await runner.run(two.id);
    await expectRolledBack(two.ref, two.id, "the engine ended again and again");
  });

  it("a server that does not answer, and a runner that does something unforeseen", async () => {
    const services = runner.services as { stacks: typeof runner.services.stacks };
    const { stacks } = services;
    services.stacks = {
      ...stacks,
      look: async (stack) => {
        if (running().rest === "test/rest:2") throw new Error("ECONNREFUSED");
        return stacks.look(stack);
      },
    };
    const one = await waiting({ rest: "test/rest:2" });
    await runner.run(one.id);
    await expectRolledBack(one.ref, one.id, "its server does not answer");
    services.stacks = stacks;
    smoke = () => {
      if (running().rest === "test/rest:2") throw new Error("unforeseen");
      return undefined;
    };
    const two = await waiting({ rest: "test/rest:2" });
    await runner.run(two.id);
    await expectRolledBack(two.ref, two.id, "something went wrong in the runner");
  });

  it("and tells what to do where even that fails", async () => {
    runner.engine.behaviour = () => BROKEN;
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({
      status: "failed",
      error: { code: "upgrade_not_rolled_back", next_step: expect.stringContaining("restore the project") },
    });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_UNHEALTHY", images: FORMER });
  });

  it("and tries again where the server was away for a moment", async () => {
    let backs = 0;
    runner.engine.behaviour = (call, count) => {
      const { spec } = call.command;
      if (spec.plan !== "dedicated" || spec.stack.images.rest === "test/rest:2") return BROKEN;
      const away = { code: "docker_unreachable", message: "m", next_step: "n" };
      return backs++ === 0 ? { status: "failed", error: away } : succeed(call, count);
    };
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    await runner.run(id);
    await expectRolledBack(ref, id, "it broke");
  });
});

describe("an upgrade that is cancelled", () => {
  it("while things change goes back and ends so", async () => {
    runner.engine.behaviour = (call, count) => {
      const { spec } = call.command;
      const forward = spec.plan === "dedicated" && spec.stack.images.rest === "test/rest:2";
      return forward ? workUntilStopped(call, count) : succeed(call, count);
    };
    const { ref, id } = await waiting({ rest: "test/rest:2" });
    const ended = runner.run(id);
    await sleepUntil(() => runner.engine.calls.length > 0, "the engine works");
    await target.owner.operation.update({ where: { id }, data: { cancelRequestedAt: new Date() } });
    await ended;
    expect(await operationOf(id)).toMatchObject({ status: "cancelled", error: null });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: FORMER });
    expect(running()).toEqual(FORMER);
  });
});

describe("an upgrade that was cut off", () => {
  /** A runner that goes down while its engine works. */
  async function cutOff(id: string): Promise<void> {
    runner.engine.behaviour = workUntilStopped;
    const ended = runner.run(id);
    ended.catch(() => undefined);
    await sleepUntil(() => runner.engine.calls.length > 0, "the engine works");
    runner.stop();
    await expect(ended).rejects.toThrow(RunnerStopping);
    await runner.close();
    start();
  }

  it("on its way forward goes on forward, without another backup", async () => {
    const { ref, id } = await waiting({ db: "test/db:2" });
    await cutOff(id);
    expect(await operationOf(id)).toMatchObject({ status: "interrupted", input: { upgrade: { way: "forward" } } });
    images.missing.add("test/db:2");
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded" });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: { ...FORMER, db: "test/db:2" } });
    expect(backups.dumped).toEqual([ref]);
    expect(runner.engine.commands[0]).toMatchObject({ recover: true });
  });

  it("again and again goes back", async () => {
    const { ref, id } = await waiting({ rest: "test/rest:2" }, { upgrade: { way: "forward" } });
    await target.owner.operation.update({ where: { id }, data: { status: "interrupted", epoch: 3 } });
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "upgrade_rolled_back" } });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: FORMER });
    expect(imagesOf(runner.engine.commands)).toEqual([FORMER]);
  });

  it("on its way back goes on back, and still knows why", async () => {
    const upgrade = { way: "back", ending: "failed", why: "Postgres is unhealthy" };
    const { ref, id } = await waiting({ db: "test/db:2" }, { upgrade });
    await target.owner.operation.update({ where: { id }, data: { status: "interrupted", epoch: 1 } });
    await runner.run(id);
    expect((await operationOf(id)).error).toMatchObject({
      code: "upgrade_rolled_back",
      message: expect.stringContaining("because Postgres is unhealthy"),
    });
    expect(await stackOf(ref)).toEqual({ status: "ACTIVE_HEALTHY", images: FORMER });
    expect(backups.dumped).toEqual([]);
  });

  it("so often that nobody begins it again leaves a project that says so", async () => {
    const { ref, id } = await waiting({ rest: "test/rest:2" }, { upgrade: { way: "forward" } });
    await target.owner.operation.update({ where: { id }, data: { status: "interrupted", epoch: 8 } });
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "interrupted_too_often" } });
    expect(await stackOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY", images: FORMER });
  });
});
