import { type StackService, stackName } from "@supalove/contracts";
import type { ContainerState, StackContainer } from "@supalove/contracts/api/index.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_SERVER } from "../database/seedInstance.ts";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { type FakeBehaviour, fakeOutputs } from "../testing/fakeEngine.ts";
import { FAKE_STACKS, type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { countProjects } from "./countProjects.ts";
import { RunnerMetrics } from "./metrics.ts";
import { recheckProjects } from "./recheckProjects.ts";
import { stackRecheck } from "./recheckStacks.ts";
import { hasRest } from "./smoke.ts";

const ALL: readonly StackService[] = ["db", "rest", "meta", "gateway"];

let cluster: ControlCluster;
let target: TestDatabase;
let runner: FakeEngineRunner;
/** Containers by name, as the server has them; undefined where it does not answer. */
let server: Map<string, ContainerState> | undefined;
/** What the server is asked about, and how often. */
let questions: string[];
/** Projects as the gateway was asked for them: with REST or without. */
let smoked: [ref: string, rest: boolean][];
/** Called while the server is asked. */
let meanwhile: () => Promise<void>;

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  server = new Map();
  [questions, smoked] = [[], []];
  meanwhile = async () => {};
  runner = startFakeEngineRunner(target, {
    smoke: async (project) => {
      smoked.push([project.ref, hasRest(project)]);
      return undefined;
    },
    stacks: {
      ...FAKE_STACKS,
      look: async ({ ref }) => ALL.flatMap((service) => containerOf(ref, service)),
      states: async ({ endpoint }) => {
        questions.push(endpoint);
        await meanwhile();
        if (server === undefined) throw new Error("ECONNREFUSED");
        return server;
      },
    },
  });
});
afterEach(async () => {
  await runner.close();
  await target.close();
});

function containerOf(ref: string, service: StackService): StackContainer[] {
  const state = server?.get(stackName("test", ref, service));
  const nothing = { started_at: null, restarts: 0, memory_bytes: null, memory_limit_bytes: null };
  return state === undefined ? [] : [{ service, state, image: "test", ...nothing }];
}

/** A dedicated project, its containers healthy. */
async function dedicated(status = "ACTIVE_HEALTHY", services: readonly StackService[] = ["rest", "meta"]) {
  const ref = await addProject(target.owner, { status, dedicated: true });
  const { stack } = await target.owner.project.findUniqueOrThrow({ where: { ref } });
  await target.owner.project.update({
    where: { ref },
    data: { stack: { ...(stack as object), services: [...services] } },
  });
  await target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });
  for (const service of ["db", ...services, "gateway"] as const) set(ref, service, "healthy");
  return ref;
}
const set = (ref: string, service: StackService, state: ContainerState) =>
  server?.set(stackName("test", ref, service), state);
const statusOf = async (ref: string) => (await target.owner.project.findUniqueOrThrow({ where: { ref } })).status;
const operationOf = (id: string) => target.owner.operation.findUniqueOrThrow({ where: { id } });

describe("a dedicated project that counts as healthy", () => {
  it.each(["stopped", "unhealthy", "missing"] as const)(
    "and has a container %s is unhealthy at the second look",
    async (state) => {
      const [ref, other] = [await dedicated(), await dedicated()];
      if (state === "missing") server?.delete(stackName("test", ref, "db"));
      else set(ref, "db", state);
      const look = stackRecheck(runner.services);
      expect(await look()).toEqual([]);
      expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
      expect(await look()).toEqual([ref]);
      expect(await Promise.all([ref, other].map(statusOf))).toEqual(["ACTIVE_UNHEALTHY", "ACTIVE_HEALTHY"]);
      // One question a look, however many projects there are, and none through the gateway.
      expect([questions.length, smoked]).toEqual([2, []]);
      expect(await look()).toEqual([]);
    },
  );

  it("stays so where a probe was missed once, or again after all was well", async () => {
    const ref = await dedicated();
    const look = stackRecheck(runner.services);
    for (const state of ["unhealthy", "healthy", "unhealthy", "starting"] as const) {
      set(ref, "rest", state);
      expect(await look()).toEqual([]);
    }
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });

  it("stays so while its containers come up, or run without a probe", async () => {
    const ref = await dedicated();
    set(ref, "db", "starting");
    set(ref, "meta", "running");
    const look = stackRecheck(runner.services);
    await look();
    expect([await look(), await statusOf(ref)]).toEqual([[], "ACTIVE_HEALTHY"]);
  });

  it("is not missed what was switched off", async () => {
    await dedicated("ACTIVE_HEALTHY", []);
    const look = stackRecheck(runner.services);
    await look();
    expect(await look()).toEqual([]);
  });

  it("is left alone while something is done to it, also where that begins during the look", async () => {
    const [busy, begun] = [await dedicated(), await dedicated()];
    await addOperationRow(target.owner, busy);
    for (const ref of [busy, begun]) set(ref, "db", "stopped");
    const look = stackRecheck(runner.services);
    await look();
    let id = "";
    meanwhile = async () => {
      id = await addOperationRow(target.owner, begun, { status: "running" });
    };
    expect(await look()).toEqual([]);
    // What was seen before and during an operation is no second look after it.
    meanwhile = async () => {};
    await look();
    await target.owner.operation.update({ where: { id }, data: { status: "succeeded", finishedAt: new Date() } });
    expect(await look()).toEqual([]);
    expect(await Promise.all([busy, begun].map(statusOf))).toEqual(["ACTIVE_HEALTHY", "ACTIVE_HEALTHY"]);
  });

  it("keeps its status where its server does not answer, and those of other servers are looked at", async () => {
    const [far, near] = [await dedicated(), await dedicated()];
    const { id: _, ...as } = await target.owner.server.findUniqueOrThrow({ where: { id: DEFAULT_SERVER } });
    await target.owner.server.create({ data: { ...as, id: "far", endpoint: "tcp://far:2375" } });
    await target.owner.project.update({ where: { ref: far }, data: { serverId: "far" } });
    for (const ref of [far, near]) set(ref, "db", "stopped");
    const { stacks } = runner.services;
    const states: typeof stacks.states = async (place) => {
      if (place.endpoint === "tcp://far:2375") throw new Error("ECONNREFUSED");
      return stacks.states(place);
    };
    const look = stackRecheck({ ...runner.services, stacks: { ...stacks, states } });
    await look();
    expect(await look()).toEqual([near]);
    expect(await Promise.all([far, near].map(statusOf))).toEqual(["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"]);
  });

  it("says nothing of projects that are paused, on their way or shared", async () => {
    for (const status of ["INACTIVE", "RESTORING", "GOING_DOWN"])
      await addProject(target.owner, { status, dedicated: true });
    await addProject(target.owner);
    const look = stackRecheck(runner.services);
    await look();
    expect([await look(), questions]).toEqual([[], []]);
  });
});

describe("a dedicated project that is unhealthy", () => {
  it("comes back once every container is healthy and it answers, not sooner", async () => {
    const ref = await dedicated("ACTIVE_UNHEALTHY");
    for (const state of ["stopped", "unhealthy", "starting"] as const) {
      set(ref, "meta", state);
      await recheckProjects(runner.services);
      expect([await statusOf(ref), smoked]).toEqual(["ACTIVE_UNHEALTHY", []]);
    }
    set(ref, "meta", "healthy");
    await recheckProjects(runner.services);
    expect([await statusOf(ref), smoked]).toEqual(["ACTIVE_HEALTHY", [[ref, true]]]);
  });

  it("and has no REST is asked for as one without it", async () => {
    const ref = await dedicated("ACTIVE_UNHEALTHY", ["meta"]);
    await recheckProjects(runner.services);
    expect([await statusOf(ref), smoked]).toEqual(["ACTIVE_HEALTHY", [[ref, false]]]);
  });

  it("stays so while its server does not answer, or something is done to it", async () => {
    const [ref, busy] = [await dedicated("ACTIVE_UNHEALTHY"), await dedicated("ACTIVE_UNHEALTHY")];
    await addOperationRow(target.owner, busy);
    const found = server;
    server = undefined;
    await recheckProjects(runner.services);
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
    server = found;
    await recheckProjects(runner.services);
    expect(await Promise.all([ref, busy].map(statusOf))).toEqual(["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"]);
  });

  it("comes back while a cluster of the shared plan does not answer", async () => {
    const ref = await dedicated("ACTIVE_UNHEALTHY");
    await addProject(target.owner, { status: "ACTIVE_UNHEALTHY" });
    const catalogFaults = () => Promise.reject(new Error("ECONNREFUSED"));
    await expect(recheckProjects({ ...runner.services, catalogFaults })).rejects.toThrow("ECONNREFUSED");
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });

  it("is not kept waiting by many that are down for good", async () => {
    for (let i = 0; i < 20; i++) set(await dedicated("ACTIVE_UNHEALTHY"), "db", "stopped");
    const ref = await dedicated("ACTIVE_UNHEALTHY");
    await recheckProjects(runner.services);
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
  });
});

describe("an operation on a dedicated project without REST", () => {
  const makeStack: FakeBehaviour = ({ command }) => {
    const { host: _h, port: _p, database: _d, schemaVersion: _v, ...keys } = fakeOutputs(command.spec.ref);
    return { status: "succeeded", outputs: { gatewayUrl: "http://gateway:8080", ...keys } };
  };

  /** Restarts `meta`, of a project whose row has no REST. */
  async function restartMeta(ref: string): Promise<string> {
    const id = await addOperationRow(target.owner, ref, { kind: "restart" });
    const input = { creates: false, service: "meta", status_if_cancelled: "ACTIVE_HEALTHY" };
    await target.owner.operation.update({ where: { id }, data: { input } });
    await runner.run(id);
    return id;
  }

  it("succeeds once its gateway and its database are there", async () => {
    const ref = await dedicated("ACTIVE_HEALTHY", ["meta"]);
    const id = await restartMeta(ref);
    expect([(await operationOf(id)).status, await statusOf(ref), smoked]).toEqual([
      "succeeded",
      "ACTIVE_HEALTHY",
      [[ref, false]],
    ]);
  });

  it("fails where its database stands still, as no request to its gateway would tell", async () => {
    const ref = await dedicated("ACTIVE_HEALTHY", ["meta"]);
    set(ref, "db", "stopped");
    const id = await restartMeta(ref);
    expect(await operationOf(id)).toMatchObject({
      status: "failed",
      error: { code: "smoke_failed", message: "The project is there, but Postgres is stopped." },
    });
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
  });

  it.each([
    [["meta"], false],
    [["rest", "meta"], true],
  ] as const)("that gives it the services %j asks for it by those", async (services, rest) => {
    const ref = await dedicated("ACTIVE_HEALTHY", rest ? ["meta"] : ["rest", "meta"]);
    const id = await addOperationRow(target.owner, ref);
    const input = { creates: false, change: { stack: { services } }, status_if_cancelled: "ACTIVE_HEALTHY" };
    await target.owner.operation.update({ where: { id }, data: { input } });
    runner.engine.behaviour = makeStack;
    await runner.run(id);
    expect([(await operationOf(id)).status, smoked]).toEqual(["succeeded", [[ref, rest]]]);
  });
});

describe("the figures", () => {
  it("count projects by plan and status, those that are none too, and name no project", async () => {
    await dedicated("ACTIVE_UNHEALTHY");
    await dedicated();
    const gone = { status: "REMOVED", deletedAt: new Date(), nameKey: null };
    await target.owner.project.update({ where: { ref: await dedicated() }, data: gone });
    const text = await new RunnerMetrics(async () => 0, countProjects(target.owner)).registry.metrics();
    const lines = text.split("\n").filter((line) => line.startsWith("supalove_projects{"));
    expect(lines).toContain('supalove_projects{plan="dedicated",status="ACTIVE_UNHEALTHY"} 1');
    expect(lines).toContain('supalove_projects{plan="dedicated",status="ACTIVE_HEALTHY"} 1');
    expect(lines).toContain('supalove_projects{plan="shared",status="ACTIVE_UNHEALTHY"} 0');
    expect(lines.filter((line) => line.endsWith(" 0"))).toHaveLength(lines.length - 2);
  });
});
