import type { StackContainer } from "@supalove/contracts/api/index.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { succeed, workUntilStopped } from "../testing/fakeEngine.ts";
import { FAKE_STACKS, type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { RunnerStopping } from "./run.ts";

let cluster: ControlCluster;
let target: TestDatabase;
let runner: FakeEngineRunner;
/** What the server says of Postgres, by what the engine made last. */
let postgres: (made: Made) => Partial<StackContainer>;
let meta: Partial<StackContainer>;

interface Made {
  readonly size: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

const madeBy = (command: EngineCommand | undefined): Made => {
  const spec = command?.spec;
  return { size: spec?.size, settings: spec?.plan === "dedicated" ? spec.stack.postgresSettings : {} };
};
const made = () => madeBy(runner.engine.commands.filter(({ action }) => action === "up").at(-1));
const FORMER: Made = { size: "micro", settings: {} };
const NOT_RUNNING: EngineOutcome = {
  status: "failed",
  error: { code: "database_not_running", message: "The project's database does not run.", next_step: "n" },
};

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  postgres = () => ({});
  meta = {};
  start();
});
afterEach(async () => {
  await runner.close();
  await target.close();
});

function start(): void {
  const container = (service: StackContainer["service"], state: Partial<StackContainer>): StackContainer => ({
    ...{ service, state: "healthy", image: "i", started_at: new Date(0).toISOString(), restarts: 0 },
    ...{ memory_bytes: null, memory_limit_bytes: null, ...state },
  });
  const look = async () => [container("db", postgres(made())), container("meta", meta)];
  runner = startFakeEngineRunner(target, { stacks: { ...FAKE_STACKS, look } });
}

const LARGE_SORTS = { stack: { postgresSettings: { work_mem: "100MB" } } };

/** A project with a change that waits. */
async function waiting(change: object) {
  const ref = await addProject(target.owner, { status: "RESIZING", dedicated: true });
  const id = await addOperationRow(target.owner, ref);
  const input = { creates: false, status_if_cancelled: "ACTIVE_HEALTHY", change };
  await target.owner.operation.update({ where: { id }, data: { input } });
  return { ref, id };
}

const operationOf = (id: string) => target.owner.operation.findUniqueOrThrow({ where: { id } });
async function rowOf(ref: string) {
  const { stack, size, status } = await target.owner.project.findUniqueOrThrow({ where: { ref } });
  return { size, status, settings: (stack as { readonly postgresSettings: unknown }).postgresSettings };
}

async function expectTakenBack(ref: string, id: string, why: string): Promise<void> {
  expect(await operationOf(id)).toMatchObject({
    status: "failed",
    error: { code: "change_rolled_back", message: expect.stringContaining(`because ${why}`) },
  });
  expect(await rowOf(ref)).toEqual({ ...FORMER, status: "ACTIVE_HEALTHY" });
  expect(made()).toEqual(FORMER);
}

describe("a change of what Postgres is told to use", () => {
  it.each([
    ["its settings", LARGE_SORTS, { size: "micro", settings: { work_mem: "100MB" } }],
    ["its size", { size: "small" }, { size: "small", settings: {} }],
  ])(
    "in %s is written once Postgres runs with it, whatever else of the project does not",
    async (_what, change, row) => {
      meta = { state: "stopped" };
      const { ref, id } = await waiting(change);
      postgres = () => {
        // Until then the row says what is.
        return made().size === undefined ? { state: "stopped" } : {};
      };
      await runner.run(id);
      expect(await operationOf(id)).toMatchObject({ status: "succeeded", error: null });
      expect(await rowOf(ref)).toEqual({ ...row, status: "ACTIVE_HEALTHY" });
      expect(runner.engine.commands).toHaveLength(1);
    },
  );

  it.each([
    ["ends again and again", { state: "starting", restarts: 9 }, "Postgres ends again and again"],
    ["stays unhealthy", { state: "unhealthy" }, "Postgres is unhealthy"],
    ["is not there", { state: "missing" }, "after 2 s Postgres is missing"],
  ] as const)("that it %s with is taken back", async (_what, state, why) => {
    postgres = ({ settings }) => (settings["work_mem"] === undefined ? {} : state);
    const { ref, id } = await waiting({ size: "small", ...LARGE_SORTS });
    await runner.run(id);
    await expectTakenBack(ref, id, why);
    expect(runner.engine.commands.map(madeBy)).toEqual([{ size: "small", settings: { work_mem: "100MB" } }, FORMER]);
    expect(runner.engine.commands.at(-1)).toMatchObject({ recover: true, presence: "unknown" });
  });

  it("that the engine itself waits for in vain is taken back", async () => {
    runner.engine.behaviour = (call, count) =>
      madeBy(call.command).size === "nano" ? NOT_RUNNING : succeed(call, count);
    const { ref, id } = await waiting({ size: "nano", extensions: ["vector"] });
    await runner.run(id);
    await expectTakenBack(ref, id, "Postgres does not come up");
  });

  it("is taken back by the next runner where one ended in the middle", async () => {
    postgres = ({ settings }) => (settings["work_mem"] === undefined ? {} : { state: "unhealthy" });
    const { ref, id } = await waiting(LARGE_SORTS);
    runner.engine.behaviour = (call, count) => (count === 2 ? workUntilStopped : succeed)(call, count);
    const ended = runner.run(id);
    ended.catch(() => undefined);
    await sleepUntil(() => runner.engine.calls.length === 2, "the way back is begun");
    runner.stop();
    await expect(ended).rejects.toThrow(RunnerStopping);
    expect((await operationOf(id)).status).toBe("interrupted");
    expect(await rowOf(ref)).toMatchObject(FORMER);
    await runner.close();
    start();
    await runner.run(id);
    await expectTakenBack(ref, id, "Postgres is unhealthy");
  });

  it("tells what to do where the former settings do not come back either", async () => {
    postgres = () => ({ state: "unhealthy" });
    const { ref, id } = await waiting(LARGE_SORTS);
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({
      status: "failed",
      error: { code: "change_not_rolled_back", next_step: expect.stringContaining("restore the project") },
    });
    expect(await rowOf(ref)).toEqual({ ...FORMER, status: "ACTIVE_UNHEALTHY" });
  });
});

it("a change that leaves Postgres alone does not wait for it", async () => {
  postgres = () => ({ state: "unhealthy" });
  const { ref, id } = await waiting({ stack: { publishDatabase: true, postgresSettings: {} } });
  await runner.run(id);
  expect(await operationOf(id)).toMatchObject({ status: "succeeded" });
  expect(await rowOf(ref)).toMatchObject({ status: "ACTIVE_HEALTHY" });
});
