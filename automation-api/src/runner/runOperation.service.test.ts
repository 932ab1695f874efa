import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import { cancelOperation } from "../operations/cancelOperation.ts";
import { deleteProject } from "../projects/deleteProject.ts";
import { WITH_PLACE } from "../projects/loadProject.ts";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { die, fakeOutputs, succeed, workUntilStopped } from "../testing/fakeEngine.ts";
import {
  type FakeEngineRunner,
  type FakeEngineRunnerOptions,
  startFakeEngineRunner,
} from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { gate, sleepUntil } from "../testing/sleepUntil.ts";
import { OperationBusy } from "./claimOperation.ts";
import { LeaseLost } from "./lease.ts";
import { RunnerStopping } from "./run.ts";

let cluster: ControlCluster;
let target: TestDatabase;
let runner: FakeEngineRunner;
const others: FakeEngineRunner[] = [];

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  runner = startFakeEngineRunner(target);
});
afterEach(async () => {
  await Promise.all([runner, ...others.splice(0)].map((one) => one.close()));
  await target.close();
});

function another(options: FakeEngineRunnerOptions = {}): FakeEngineRunner {
  const other = startFakeEngineRunner(target, options);
  others.push(other);
  return other;
}

const operationOf = (id: string) => target.owner.operation.findUniqueOrThrow({ where: { id } });
const projectOf = (ref: string) => target.owner.project.findUniqueOrThrow({ where: { ref } });
const tenantOf = (ref: string) => target.owner.tenant.findUnique({ where: { ref } });
const eventsOf = (operationId: string) =>
  target.owner.operationEvent.findMany({ where: { operationId }, orderBy: { seq: "asc" } });
const statuses = async (id: string) =>
  (await eventsOf(id)).map(({ event }) => event as { type: string; status?: string }).flatMap((e) => e.status ?? []);

/** A project that is on its way, and the operation that makes it. */
async function creation() {
  const ref = await addProject(target.owner, { status: "COMING_UP", secrets: false });
  const id = await addOperationRow(target.owner, ref, { creates: true, statusIfCancelled: "INIT_FAILED" });
  return { ref, id };
}

/** A project that is served, and an operation on it. */
async function onLiving(kind: string, statusIfCancelled = "ACTIVE_HEALTHY", status = "ACTIVE_HEALTHY") {
  const ref = await addProject(target.owner, { status });
  await target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });
  return { ref, id: await addOperationRow(target.owner, ref, { kind, statusIfCancelled }) };
}

async function askToCancel(id: string): Promise<string> {
  return target.owner.$transaction(async (tx) => {
    // As the route does: the project first.
    await tx.$queryRaw`select 1 from projects where ref = (select project_ref from operations where id = ${id}) for update`;
    await tx.$queryRaw`select 1 from operations where id = ${id} for update`;
    return cancelOperation(tx, await tx.operation.findUniqueOrThrow({ where: { id } }));
  });
}

async function expectGapless(id: string): Promise<void> {
  const seqs = (await eventsOf(id)).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
}

describe("an operation that ends well", () => {
  it("leaves the project healthy, its keys sealed, the data plane told, and says so as its last event", async () => {
    const { ref, id } = await creation();
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded", epoch: 1, leaseUntil: null, error: null });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY", schemaVersion: "v-test" });
    expect(await tenantOf(ref)).toMatchObject({ status: "active" });
    expect(await target.owner.projectSecret.count({ where: { projectRef: ref } })).toBe(6);
    expect(await statuses(id)).toEqual(["queued", "running", "succeeded"]);
    await expectGapless(id);
  });

  it("is not begun again", async () => {
    const { id } = await creation();
    await runner.run(id);
    await runner.run(id);
    expect(runner.engine.calls).toHaveLength(1);
  });

  it("changes all or nothing: what fails at the very end leaves the operation to the next run", async () => {
    const { ref, id } = await onLiving("destroy", "ACTIVE_HEALTHY", "GOING_DOWN");
    await target.owner.$executeRaw`
      create function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'`;
    await target.owner.$executeRaw`
      create trigger refuse before insert on operation_events for each row
      when (new.event ->> 'status' = 'succeeded') execute function refuse()`;
    await expect(runner.run(id)).rejects.toThrow(/not now/);
    expect(await operationOf(id)).toMatchObject({ status: "running", finishedAt: null });
    expect(await projectOf(ref)).toMatchObject({ status: "GOING_DOWN", deletedAt: null });
    expect(await tenantOf(ref)).toMatchObject({ status: "going_down" });
    expect(await target.owner.projectSecret.count({ where: { projectRef: ref } })).toBe(6);
    await target.owner.$executeRaw`drop trigger refuse on operation_events`;
    expect(await runner.expireLeases()).toBe(1);
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded", epoch: 2 });
    expect(await projectOf(ref)).toMatchObject({ status: "REMOVED" });
    expect(await tenantOf(ref)).toBeNull();
  });
});

describe("two runners", () => {
  it("run an operation once", async () => {
    const { id } = await creation();
    const working = gate();
    const other = another();
    for (const { engine } of [runner, other]) {
      engine.behaviour = async (call, count) => {
        await working.opened;
        return succeed(call, count);
      };
    }
    const both = Promise.allSettled([runner.run(id, "one"), other.run(id, "two")]);
    await sleepUntil(() => runner.engine.calls.length + other.engine.calls.length > 0, "one of them began");
    working.open();
    const outcomes = await both;
    expect(runner.engine.calls.length + other.engine.calls.length).toBe(1);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(refused.reason).toBeInstanceOf(OperationBusy);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded", epoch: 1 });
  });

  it("keep a project's operations in order even when their jobs come the wrong way round", async () => {
    const { ref, id } = await onLiving("up");
    const second = await addOperationRow(target.owner, ref, { kind: "pause" });
    await expect(runner.run(second)).rejects.toBeInstanceOf(OperationBusy);
    await runner.run(id);
    await runner.run(second);
    expect(await projectOf(ref)).toMatchObject({ status: "INACTIVE" });
  });
});

describe("a runner that lost its lease", () => {
  it("writes nothing any more, whatever its engine says", async () => {
    const { ref, id } = await creation();
    const slow = gate();
    runner.engine.behaviour = async ({ hooks, command }) => {
      await slow.opened;
      hooks.onEvent({ type: "diagnostic", severity: "info", message: "from the grave" });
      return { status: "succeeded", outputs: fakeOutputs(command.spec.ref, "stale") };
    };
    const first = runner.run(id, "one").catch((error: unknown) => error);
    await sleepUntil(async () => (await statuses(id)).includes("running"), "the first run began and said so");
    expect(await runner.expireLeases()).toBe(1);
    const other = another();
    await other.run(id, "two");
    slow.open();
    expect(await first).toBeInstanceOf(LeaseLost);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded", epoch: 2, worker: "two" });
    expect(await projectOf(ref)).toMatchObject({ schemaVersion: "v-test" });
    expect(JSON.stringify(await eventsOf(id))).not.toContain("from the grave");
    expect(await statuses(id)).toEqual(["queued", "running", "interrupted", "running", "succeeded"]);
    await expectGapless(id);
  });

  it("starts no engine, and ends the one that runs as soon as it hears of it", async () => {
    const lease = { heartbeatMs: 20, durationMs: 60_000, marginMs: 1_000 };
    const quick = another({ lease });
    const { id } = await creation();
    quick.engine.behaviour = () => new Promise(() => undefined);
    const first = quick.run(id, "one").catch((error: unknown) => error);
    await sleepUntil(() => quick.engine.calls.length === 1, "the first run began");
    await target.owner.operation.update({ where: { id }, data: { epoch: { increment: 1 } } });
    expect(await first).toBeInstanceOf(LeaseLost);
    expect(quick.engine.calls[0]?.ended.aborted).toBe(true);
    expect(await quick.engine.calls[0]?.hooks.fence()).toBe(false);
  });

  it("gives up by itself when it can't reach the database, before others may take over", async () => {
    const quick = another({ lease: { heartbeatMs: 30, durationMs: 2_000, marginMs: 1_000 } });
    const { id } = await creation();
    quick.engine.behaviour = () => new Promise(() => undefined);
    const first = quick.run(id).catch((error: unknown) => error);
    await sleepUntil(() => quick.engine.calls.length === 1, "the run began");
    // Nobody renews from now on: the row is held, as by a database that does not answer.
    const held = gate();
    const holding = target.owner.$transaction(async (tx) => {
      await tx.$queryRaw`select 1 from operations where id = ${id} for update`;
      await held.opened;
    });
    await sleepUntil(() => quick.engine.calls[0]?.ended.aborted === true, "the engine was ended");
    held.open();
    await holding;
    expect(await first).toBeInstanceOf(LeaseLost);
  });
});

describe("an interrupted operation", () => {
  it("is taken up again: what the dead runner left is ended, and the engine told to recover", async () => {
    const { ref, id } = await creation();
    runner.engine.behaviour = () => new Promise(() => undefined);
    const dead = runner.run(id).catch(() => undefined);
    await sleepUntil(() => runner.engine.calls.length === 1, "the first run began");
    expect(await runner.expireLeases()).toBe(1);
    expect(await operationOf(id)).toMatchObject({ status: "interrupted", leaseUntil: null });
    const successor = another();
    await successor.run(id);
    expect(successor.engine.leftovers).toEqual([{ host: "test", session: 1, startedAt: 1n }]);
    expect(successor.engine.calls[0]?.command).toMatchObject({ recover: true, presence: "unknown" });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
    await expectGapless(id);
    runner.stop();
    await dead;
  });

  it.each([
    ["up", "ACTIVE_HEALTHY", "ACTIVE_HEALTHY"],
    // Half of it may be gone.
    ["destroy", "ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"],
    // Never was ready, is not ready.
    ["destroy", "INIT_FAILED", "INIT_FAILED"],
  ])("that was cut off again and again ends as failed: %s of one that was %s", async (kind, before, after) => {
    const { ref, id } = await onLiving(kind, before, kind === "destroy" ? "GOING_DOWN" : before);
    await target.owner.operation.update({ where: { id }, data: { status: "interrupted", epoch: 8 } });
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "interrupted_too_often" } });
    expect(await projectOf(ref)).toMatchObject({ status: after });
    expect(runner.engine.calls).toEqual([]);
  });
});

describe("a creation that fails", () => {
  const failure = (code: string) => ({ status: "failed" as const, error: { code, message: "m", next_step: "n" } });
  const messages = async (id: string) =>
    (await eventsOf(id)).map(({ event }) => event as { message?: string }).map(({ message }) => message);

  it("is rolled back as soon as the cluster is there again", async () => {
    const { ref, id } = await creation();
    const ends = ["cluster_unreachable", "died", "succeeded"];
    runner.engine.behaviour = (call, count) => {
      if (call.command.action === "up") return failure("cluster_unreachable");
      const end = ends.shift();
      if (end === "died") return die(call, count);
      return end === "succeeded" ? succeed(call, count) : failure(end ?? "");
    };
    await runner.run(id);
    expect(runner.engine.actions).toEqual(["up", "destroy", "destroy", "destroy"]);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "cluster_unreachable" } });
    expect(await projectOf(ref)).toMatchObject({ status: "INIT_FAILED" });
    expect((await messages(id)).join()).not.toContain("is left");
  });

  it("says what is left where it can't be rolled back, without waiting for what does not pass", async () => {
    const { id } = await creation();
    runner.engine.behaviour = () => failure("permission_denied");
    await runner.run(id);
    expect(runner.engine.actions).toEqual(["up", "destroy"]);
    expect((await messages(id)).join()).toContain("Something of the project is left");
  });

  it("is rolled back as well when its engine dies at every attempt", async () => {
    const { ref, id } = await creation();
    runner.engine.behaviour = (call, count) => (call.command.action === "up" ? die(call, count) : succeed(call, count));
    await runner.run(id);
    expect(runner.engine.actions).toEqual(["up", "up", "up", "destroy"]);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "internal_error" } });
    expect(await projectOf(ref)).toMatchObject({ status: "INIT_FAILED" });
  });
});

describe("a runner that goes down", () => {
  it("leaves its operation to a successor at once", async () => {
    const { ref, id } = await creation();
    runner.engine.behaviour = workUntilStopped;
    const first = runner.run(id, "one").catch((error: unknown) => error);
    await sleepUntil(() => runner.engine.calls.length === 1, "the first run began");
    runner.stop();
    expect(await first).toBeInstanceOf(RunnerStopping);
    expect(await operationOf(id)).toMatchObject({ status: "interrupted", leaseUntil: null });
    const successor = another();
    await successor.run(id, "two");
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await statuses(id)).toEqual(["queued", "running", "interrupted", "running", "succeeded"]);
    await expectGapless(id);
  });
});

describe("cancelling", () => {
  it("ends what waits at once", async () => {
    const { ref, id } = await creation();
    expect(await askToCancel(id)).toBe("cancelled");
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect(await projectOf(ref)).toMatchObject({ status: "INIT_FAILED" });
    await runner.run(id);
    expect(runner.engine.calls).toEqual([]);
    expect(await statuses(id)).toEqual(["queued", "cancelled"]);
  });

  it("stops a running creation cleanly and removes what was made", async () => {
    const { ref, id } = await creation();
    runner.engine.behaviour = (call, count) =>
      call.command.action === "up" ? workUntilStopped(call, count) : succeed(call, count);
    const running = runner.run(id);
    await sleepUntil(() => runner.engine.calls.length === 1, "the run began");
    expect(await askToCancel(id)).toBe("requested");
    await running;
    expect(runner.engine.actions).toEqual(["up", "destroy"]);
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect(await projectOf(ref)).toMatchObject({ status: "INIT_FAILED" });
    expect(await tenantOf(ref)).toBeNull();
  });

  it("comes too late once the engine is done: the operation succeeds, and says so", async () => {
    const { ref, id } = await creation();
    const asking = gate();
    const late = another({
      smoke: async () => {
        await askToCancel(id);
        asking.open();
        return undefined;
      },
    });
    await late.run(id);
    await asking.opened;
    expect(await operationOf(id)).toMatchObject({ status: "succeeded", error: null });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await askToCancel(id)).toBe("finished");
  });

  it("stops a running destroy and never calls the project healthy", async () => {
    const { ref, id } = await onLiving("destroy", "ACTIVE_HEALTHY", "GOING_DOWN");
    runner.engine.behaviour = workUntilStopped;
    const running = runner.run(id);
    await sleepUntil(() => runner.engine.calls.length === 1, "the run began");
    await askToCancel(id);
    await running;
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY" });
  });
});

describe("an engine that dies", () => {
  it("is started again, told to recover", async () => {
    const { ref, id } = await creation();
    runner.engine.behaviour = (call, count) => (count < 3 ? die(call, count) : succeed(call, count));
    await runner.run(id);
    expect(runner.engine.calls.map(({ command }) => command.recover)).toEqual([false, true, true]);
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
  });

  it.each([
    ["up", "INIT_FAILED", "COMING_UP", "INIT_FAILED"],
    ["destroy", "ACTIVE_HEALTHY", "GOING_DOWN", "ACTIVE_UNHEALTHY"],
    ["destroy", "INACTIVE", "GOING_DOWN", "ACTIVE_UNHEALTHY"],
    ["destroy", "INIT_FAILED", "GOING_DOWN", "INIT_FAILED"],
  ])("three times fails the operation: %s of one that was %s", async (kind, before, now, after) => {
    const { ref, id } = await onLiving(kind, before, now);
    runner.engine.behaviour = die;
    await runner.run(id);
    expect(runner.engine.calls).toHaveLength(3);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "internal_error" } });
    expect(await projectOf(ref)).toMatchObject({ status: after });
  });
});

describe("a project that is to go down", () => {
  const askToDelete = (ref: string) =>
    target.owner.$transaction(async (tx) => {
      await tx.$queryRaw`select 1 from projects where ref = ${ref} for update`;
      const project = await tx.project.findUniqueOrThrow({ where: { ref }, include: WITH_PLACE });
      return deleteProject(tx, { userId: LOCAL_ADMIN, actor: "test" }, project, { backup: true });
    });

  it("keeps that status whatever an earlier operation says, and goes back to what that one left", async () => {
    const { ref, id } = await onLiving("up", "ACTIVE_UNHEALTHY", "RESTORING");
    // It was begun already: it can be asked to stop, and may have done its work all the same.
    await target.owner.operation.update({ where: { id }, data: { status: "interrupted", epoch: 1 } });
    const destroy = await askToDelete(ref);
    expect(await projectOf(ref)).toMatchObject({ status: "GOING_DOWN" });
    await runner.run(id);
    expect(await projectOf(ref)).toMatchObject({ status: "GOING_DOWN" });
    expect(await askToCancel(destroy)).toBe("cancelled");
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await tenantOf(ref)).toMatchObject({ status: "active" });
  });

  it("goes back to what it was before a pause that was told to stop and took itself back", async () => {
    const { ref, id } = await onLiving("pause", "ACTIVE_HEALTHY", "PAUSING");
    await target.owner.operation.update({ where: { id }, data: { status: "interrupted", epoch: 1 } });
    const destroy = await askToDelete(ref);
    await runner.run(id);
    expect(await askToCancel(destroy)).toBe("cancelled");
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await tenantOf(ref)).toMatchObject({ status: "active" });
  });

  it.each([
    ["pause", "ACTIVE_HEALTHY", "PAUSING"],
    ["pause", "ACTIVE_UNHEALTHY", "PAUSING"],
    ["resume", "INACTIVE", "RESTORING"],
    ["up", "ACTIVE_UNHEALTHY", "RESTORING"],
    ["up", "INIT_FAILED", "COMING_UP"],
    ["up", "ACTIVE_HEALTHY", "RESIZING"],
  ])("and is not, is what it was before a waiting %s: %s, not %s", async (kind, before, now) => {
    const { ref, id } = await onLiving(kind, before, now);
    const destroy = await askToDelete(ref);
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect(await projectOf(ref)).toMatchObject({ status: "GOING_DOWN" });
    expect(await askToDelete(ref)).toBe(destroy);
    expect(await askToCancel(destroy)).toBe("cancelled");
    expect(await projectOf(ref)).toMatchObject({ status: before });
  });

  it("and is not, is what it was before a running operation that stops as it was asked to", async () => {
    const { ref, id } = await onLiving("up", "ACTIVE_UNHEALTHY", "RESTORING");
    runner.engine.behaviour = workUntilStopped;
    const running = runner.run(id);
    await sleepUntil(() => runner.engine.calls.length === 1, "the run began");
    const destroy = await askToDelete(ref);
    await askToCancel(destroy);
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY" });
    await running;
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY" });
  });
});

describe("the journal", () => {
  it("numbers events without gaps over restarts, in the order they happened", async () => {
    const { id } = await creation();
    runner.engine.behaviour = async (call, count) => {
      for (let i = 0; i < 50; i++) call.hooks.onEvent({ type: "phase", phase: `p${i}`, message: `step ${i}` });
      return workUntilStopped(call, count);
    };
    const first = runner.run(id).catch(() => undefined);
    await sleepUntil(async () => (await eventsOf(id)).length >= 52, "its events were written");
    runner.stop();
    await first;
    const successor = another();
    successor.engine.behaviour = async (call, count) => {
      for (let i = 50; i < 100; i++) call.hooks.onEvent({ type: "phase", phase: `p${i}`, message: `step ${i}` });
      return succeed(call, count);
    };
    await successor.run(id);
    await expectGapless(id);
    const steps = (await eventsOf(id)).flatMap(({ event }) => {
      const { phase } = event as { phase?: string };
      return phase?.startsWith("p") && phase !== "publish" ? [phase] : [];
    });
    expect(steps).toEqual(Array.from({ length: 100 }, (_, i) => `p${i}`));
  });

  it("loses nothing when the database fails for a moment", async () => {
    const { id } = await creation();
    await target.owner.$executeRaw`create sequence failures`;
    await target.owner.$executeRaw`
      create function fail_twice() returns trigger language plpgsql as
      'begin if nextval(''failures'') <= 2 then raise exception ''for a moment''; end if; return new; end'`;
    await target.owner.$executeRaw`
      create trigger fail_twice before insert on operation_events for each row
      when (new.event ->> 'type' = 'diagnostic') execute function fail_twice()`;
    runner.engine.behaviour = async (call, count) => {
      call.hooks.onEvent({ type: "diagnostic", severity: "info", message: "do not lose me" });
      await sleepUntil(
        async () => (await eventsOf(id)).some(({ event }) => JSON.stringify(event).includes("do not lose me")),
        "the event was written",
      );
      return succeed(call, count);
    };
    await runner.run(id);
    await expectGapless(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded" });
  });
});
