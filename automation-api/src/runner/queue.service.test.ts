import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { type FakeBehaviour, succeed, workUntilStopped } from "../testing/fakeEngine.ts";
import {
  type FakeEngineRunner,
  type FakeEngineRunnerOptions,
  startFakeEngineRunner,
} from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { gate, sleepUntil } from "../testing/sleepUntil.ts";
import { inheritLeases } from "./inheritLeases.ts";

let cluster: ControlCluster;
let target: TestDatabase;
let runners: FakeEngineRunner[];

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.close()));
  await target.close();
});

function newRunner(options: FakeEngineRunnerOptions = {}): FakeEngineRunner {
  const runner = startFakeEngineRunner(target, options);
  runners.push(runner);
  return runner;
}

const open = () => target.owner.operation.count({ where: { status: { in: ["queued", "running", "interrupted"] } } });
const statusOf = async (id: string) => (await target.owner.operation.findUniqueOrThrow({ where: { id } })).status;

/** A project with so many changes asked for; they wait in one queue. */
async function addChanges(count: number): Promise<{ ref: string; ids: string[] }> {
  const ref = await addProject(target.owner);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await addOperationRow(target.owner, ref));
  return { ref, ids };
}

/**
 * An engine that takes a moment and tells what ran at the same time.
 * @param together so many go on only when they all have begun, however slow the machine is
 */
function watched(together: number) {
  const order: string[] = [];
  const running = new Map<string, number>();
  let most = 0;
  let mixed = false;
  const behaviour: FakeBehaviour = async (call, count) => {
    const { ref } = call.command.spec;
    order.push(ref);
    running.set(ref, (running.get(ref) ?? 0) + 1);
    most = Math.max(
      most,
      [...running.values()].reduce((sum, n) => sum + n, 0),
    );
    mixed ||= (running.get(ref) ?? 0) > 1;
    if (order.length < together) await sleepUntil(async () => order.length >= together, "the others to begin");
    await new Promise((resolve) => setTimeout(resolve, 60));
    running.set(ref, (running.get(ref) ?? 0) - 1);
    return succeed(call, count);
  };
  return { behaviour, order, most: () => most, mixed: () => mixed };
}

describe("the queue", () => {
  it("runs a project's operations one after another in order, different projects side by side, never above the cap", async () => {
    const projects = await Promise.all([addChanges(3), addChanges(3), addChanges(3), addChanges(3)]);
    const engine = watched(2);
    const runner = newRunner();
    runner.engine.behaviour = engine.behaviour;
    await runner.takeJobs(2);
    await sleepUntil(async () => (await open()) === 0, "everything ended");
    expect(engine.order).toHaveLength(12);
    expect(engine.mixed()).toBe(false);
    expect(engine.most()).toBe(2);
    for (const { ids } of projects) {
      const rows = await target.owner.operation.findMany({ where: { id: { in: ids } }, orderBy: { number: "asc" } });
      const times = rows.flatMap(({ startedAt, finishedAt }) => [
        startedAt?.getTime() ?? 0,
        finishedAt?.getTime() ?? 0,
      ]);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(rows.every(({ status, epoch }) => status === "succeeded" && epoch === 1)).toBe(true);
    }
  });

  it("is shared by two runners, and still never mixes a project's operations", async () => {
    await Promise.all([addChanges(4), addChanges(4), addChanges(4)]);
    const engine = watched(3);
    for (const runner of [newRunner(), newRunner()]) {
      runner.engine.behaviour = engine.behaviour;
      await runner.takeJobs(2);
    }
    await sleepUntil(async () => (await open()) === 0, "everything ended");
    expect(engine.order).toHaveLength(12);
    expect(engine.mixed()).toBe(false);
    expect(engine.most()).toBe(3);
  });
});

describe("the reaper", () => {
  /** What a runner leaves that was killed in the middle of a project's first operation. */
  async function leaveBehind(): Promise<string[]> {
    const { ids } = await addChanges(2);
    const [id = ""] = ids;
    const engine = { engineHost: "test", engineGroup: 7, engineStarted: 7n };
    const gone = new Date(Date.now() - 1_000);
    await target.owner.operation.update({
      where: { id },
      data: { status: "running", epoch: 1, worker: "dead", leaseUntil: gone, startedAt: gone, ...engine },
    });
    await target.owner.$executeRaw`
      update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now(), attempts = 1 where key = ${id}`;
    await target.owner.$executeRaw`
      update graphile_worker._private_job_queues set locked_by = 'dead', locked_at = now()
      where id = (select job_queue_id from graphile_worker._private_jobs where key = ${id})`;
    return ids;
  }

  it("frees what a dead runner held: its operation is taken up again, and those behind it follow", async () => {
    const ids = await leaveBehind();
    const successor = newRunner();
    await successor.takeJobs(2);
    expect(await successor.reap()).toBe(1);
    expect(await successor.reap()).toBe(0);
    await sleepUntil(async () => (await open()) === 0, "everything ended");
    expect(await Promise.all(ids.map(statusOf))).toEqual(["succeeded", "succeeded"]);
    expect(successor.engine.calls.map(({ command }) => command.recover)).toEqual([true, false]);
    expect(successor.engine.leftovers).toEqual([{ host: "test", session: 7, startedAt: 7n }]);
  });

  it("takes up at once what a runner held whose container was started again, and nobody else's work", async () => {
    const { ids } = await addChanges(1);
    const { ids: others } = await addChanges(1);
    const hang = gate();
    const runners = ["one", "two"].map((host) => newRunner({ host }));
    for (const [at, id] of [ids[0] ?? "", others[0] ?? ""].entries()) {
      const runner = runners[at];
      if (runner === undefined) throw new Error("no runner");
      runner.engine.behaviour = async (call, count) => {
        await hang.opened;
        return succeed(call, count);
      };
      void runner.run(id, `worker of ${at}`).catch(() => undefined);
      await sleepUntil(() => runner.engine.calls.length === 1, "it began");
    }
    const successor = newRunner({ host: "one" });
    expect(await successor.reap()).toBe(0);
    expect(await inheritLeases(target.owner, "one")).toBe(1);
    expect(await inheritLeases(target.owner, "one")).toBe(0);
    expect(await successor.reap()).toBe(1);
    expect(await Promise.all([...ids, ...others].map(statusOf))).toEqual(["interrupted", "running"]);
    await successor.takeJobs(2);
    await sleepUntil(async () => (await statusOf(ids[0] ?? "")) === "succeeded", "it ended");
    expect(successor.engine.calls).toHaveLength(1);
    hang.open();
    await sleepUntil(async () => (await open()) === 0, "everything ended");
  });

  it("frees a queue whose runner was killed right after it had ended an operation", async () => {
    const [id = "", next = ""] = await leaveBehind();
    const ended = new Date(Date.now() - 60_000);
    await target.owner.operation.update({
      where: { id },
      data: { status: "succeeded", leaseUntil: null, finishedAt: ended },
    });
    const successor = newRunner();
    await successor.takeJobs(2);
    await successor.reap();
    await sleepUntil(async () => (await statusOf(next)) === "succeeded", "the one behind it ended");
    expect(successor.engine.calls).toHaveLength(1);
  });

  it("touches nothing whose lease holds", async () => {
    const { ids } = await addChanges(2);
    const working = gate();
    const runner = newRunner();
    runner.engine.behaviour = async (call, count) => {
      await working.opened;
      return succeed(call, count);
    };
    await runner.takeJobs(2);
    await sleepUntil(() => runner.engine.calls.length === 1, "it began");
    expect(await newRunner().reap()).toBe(0);
    expect(await Promise.all(ids.map(statusOf))).toEqual(["running", "queued"]);
    working.open();
    await sleepUntil(async () => (await open()) === 0, "everything ended");
    expect(runner.engine.calls).toHaveLength(2);
  });

  it("makes jobs for operations that lost theirs with the queue", async () => {
    const { ids } = await addChanges(2);
    await target.owner.$executeRaw`delete from graphile_worker._private_jobs`;
    const runner = newRunner();
    await runner.reap();
    await runner.takeJobs(2);
    await sleepUntil(async () => (await open()) === 0, "everything ended");
    expect(await Promise.all(ids.map(statusOf))).toEqual(["succeeded", "succeeded"]);
  });

  it("lets a runner that goes down hand over within moments, to one that waits already", async () => {
    const { ids } = await addChanges(1);
    const first = newRunner();
    first.engine.behaviour = workUntilStopped;
    const queue = await first.takeJobs(1);
    await sleepUntil(() => first.engine.calls.length === 1, "it began");
    const second = newRunner();
    await second.takeJobs(1);
    first.stop();
    await queue.stop();
    await second.reap();
    await sleepUntil(async () => (await statusOf(ids[0] ?? "")) === "succeeded", "the other one ended it", 6_000);
    expect(second.engine.calls.map(({ command }) => command.recover)).toEqual([true]);
  });
});
