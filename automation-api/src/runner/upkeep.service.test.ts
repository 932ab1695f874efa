import { sealSecret } from "@supalove/contracts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_CLUSTER, LOCAL_ADMIN } from "../database/seedInstance.ts";
import { newId } from "../ids/newId.ts";
import { clusterAccessContext } from "../secrets/contexts.ts";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { fakeOutputs } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { catalogFaults } from "./catalogFaults.ts";
import { forgetOld } from "./forgetOld.ts";
import { queueUpgrade } from "./queueUpgrade.ts";
import { recheckHealthy, recheckProjects } from "./recheckProjects.ts";

const VERSION = "3-new";
const DAY_MS = 86_400_000;

let cluster: ControlCluster;
let target: TestDatabase;
let runner: FakeEngineRunner;
let faulty: Set<string>;
let smoked: string[];

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  faulty = new Set();
  smoked = [];
  runner = startFakeEngineRunner(target, {
    faulty: () => faulty,
    smoke: async ({ ref }) => {
      smoked.push(ref);
      return undefined;
    },
  });
});
afterEach(async () => {
  await runner.close();
  await target.close();
});

const statusOf = async (ref: string) => (await target.owner.project.findUniqueOrThrow({ where: { ref } })).status;
const versionOf = async (ref: string) =>
  (await target.owner.project.findUniqueOrThrow({ where: { ref } })).schemaVersion;

/** A project as an earlier version of the platform left it. */
async function outdated(status = "ACTIVE_HEALTHY", schemaVersion: string | null = "2-old"): Promise<string> {
  const ref = await addProject(target.owner, { status });
  await target.owner.project.update({ where: { ref }, data: { schemaVersion } });
  return ref;
}
const upgrade = () => queueUpgrade(target.owner, VERSION);

describe("after an upgrade of the platform", () => {
  it("every project that is up gets the new schema, one after another, without being asked for", async () => {
    const refs = [await outdated(), await outdated("ACTIVE_UNHEALTHY"), await outdated()];
    runner.engine.behaviour = async (call) => ({
      status: "succeeded",
      outputs: fakeOutputs(call.command.spec.ref, VERSION),
    });
    await runner.takeJobs(2);
    await sleepUntil(async () => {
      await upgrade();
      const open = await target.owner.operation.count({ where: { status: { in: ["queued", "running"] } } });
      expect(open).toBeLessThanOrEqual(1);
      return (await Promise.all(refs.map(versionOf))).every((version) => version === VERSION);
    }, "all were upgraded");
    await sleepUntil(
      async () => (await Promise.all(refs.map(statusOf))).every((s) => s === "ACTIVE_HEALTHY"),
      "all are healthy",
    );
    const operations = await target.owner.operation.findMany({ orderBy: { number: "asc" } });
    expect(operations.map(({ projectRef, kind, actor }) => [projectRef, kind, actor])).toEqual(
      refs.map((ref) => [ref, "up", "platform"]),
    );
    expect(await upgrade()).toBeUndefined();
  });

  it("those that are paused, never were ready, go down, or are up to date are left alone", async () => {
    await outdated("INACTIVE");
    await outdated("INIT_FAILED", null);
    await outdated("GOING_DOWN");
    await outdated("ACTIVE_HEALTHY", VERSION);
    expect(await upgrade()).toBeUndefined();
  });

  it("never stands before what people asked for, on the same project or another", async () => {
    const ref = await outdated();
    const other = await addProject(target.owner);
    const asked = await addOperationRow(target.owner, other, { kind: "pause" });
    expect(await upgrade()).toBeUndefined();
    await target.owner.operation.update({ where: { id: asked }, data: { status: "running" } });
    const upgrading = await upgrade();
    expect(upgrading).toMatch(/^op_/);
    expect(await target.owner.operation.findUnique({ where: { id: upgrading ?? "" } })).toMatchObject({
      projectRef: ref,
    });
    expect(await upgrade()).toBeUndefined();
  });

  it("leaves a project's status alone while it works, and when it fails; that one is not tried again at once", async () => {
    const ref = await outdated();
    runner.engine.behaviour = async () => ({
      status: "failed",
      error: { code: "x", message: "it did not work", next_step: "look" },
    });
    const id = (await upgrade()) ?? "";
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
    await runner.run(id);
    expect(await target.owner.operation.findUnique({ where: { id } })).toMatchObject({ status: "failed" });
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
    expect(await upgrade()).toBeUndefined();
    const next = await outdated();
    expect(await upgrade()).toBeDefined();
    expect(await target.owner.operation.count({ where: { projectRef: next } })).toBe(1);
  });

  it("is queued once by two runners that look at the same time", async () => {
    await outdated();
    await outdated();
    await Promise.all([upgrade(), upgrade(), upgrade()]);
    expect(await target.owner.operation.count()).toBe(1);
  });
});

describe("forgetting", () => {
  const KEPT = 3;
  const forget = () => forgetOld(target.owner, { OPERATION_RETENTION_DAYS: 30, OPERATIONS_KEPT: KEPT });
  const old = new Date(Date.now() - 31 * DAY_MS);

  async function addOld(ref: string, count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push(await addOperationRow(target.owner, ref, { status: "succeeded" }));
    await target.owner.operation.updateMany({ where: { id: { in: ids } }, data: { finishedAt: old } });
    return ids;
  }

  it("removes old operations with their events, and keeps the last ones of each project", async () => {
    const [busy, quiet] = [await addProject(target.owner), await addProject(target.owner)];
    const ids = await addOld(busy, 6);
    await addOld(quiet, 2);
    expect(await forget()).toMatchObject({ operations: 3 });
    const left = await target.owner.operation.findMany({ where: { projectRef: busy }, orderBy: { number: "asc" } });
    expect(left.map(({ id }) => id)).toEqual(ids.slice(-KEPT));
    expect(await target.owner.operation.count({ where: { projectRef: quiet } })).toBe(2);
    expect(await target.owner.operationEvent.count()).toBe(5);
    expect(await forget()).toMatchObject({ operations: 0 });
  });

  it("touches nothing that is young or has not ended, however many come after it", async () => {
    const ref = await addProject(target.owner);
    const waiting = await addOperationRow(target.owner, ref);
    const young = await addOperationRow(target.owner, ref, { status: "failed" });
    await addOld(ref, 5);
    await forget();
    expect(await target.owner.operation.count({ where: { id: { in: [waiting, young] } } })).toBe(2);
  });

  it("removes an applied preview with both its operations, or none of them", async () => {
    const ref = await addProject(target.owner);
    const preview = newId("prv");
    const wished = { kind: "change", size: "small" };
    const at = { organizationId: "default", projectRef: ref, stateVersion: 0, actor: "test", actorId: LOCAL_ADMIN };
    await target.owner.preview.create({ data: { id: preview, kind: "change", wished, ...at } });
    const ids = await addOld(ref, 5);
    const [making = "", applying = ""] = ids;
    await target.owner.operation.update({ where: { id: making }, data: { kind: "preview", previewId: preview } });
    await target.owner.operation.update({ where: { id: applying }, data: { previewId: preview } });
    await target.owner.operation.update({ where: { id: applying }, data: { finishedAt: new Date() } });
    expect(await forget()).toMatchObject({ operations: 0, previews: 0 });
    await target.owner.operation.update({ where: { id: applying }, data: { finishedAt: old } });
    expect(await forget()).toMatchObject({ operations: 0, previews: 1 });
    expect(await target.owner.operation.count()).toBe(3);
  });

  it("removes kept answers after a day, and tokens a day after they expired", async () => {
    const hours = (n: number) => new Date(Date.now() - n * 3_600_000);
    const keep = (key: string, createdAt: Date) =>
      target.owner.idempotencyKey.create({
        data: { userId: LOCAL_ADMIN, key, operation: "x", requestHash: "x", status: 200, response: {}, createdAt },
      });
    const token = (hash: string, expiresAt: Date | null) =>
      target.owner.personalAccessToken.create({
        data: { id: newId("pat"), userId: LOCAL_ADMIN, name: hash, hash, prefix: "sbp_", expiresAt },
      });
    await Promise.all([keep("old", hours(25)), keep("young", hours(23))]);
    await Promise.all([token("long expired", hours(25)), token("just expired", hours(1)), token("endless", null)]);
    expect(await forget()).toMatchObject({ idempotencyKeys: 1, accessTokens: 1 });
    expect((await target.owner.idempotencyKey.findMany()).map(({ key }) => key)).toEqual(["young"]);
    expect((await target.owner.personalAccessToken.findMany()).map(({ name }) => name).sort()).toEqual([
      "endless",
      "just expired",
    ]);
  });
});

describe("rechecking", () => {
  const serve = (ref: string) =>
    target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });

  it("finds healthy projects that lost their database, without a request to any of them", async () => {
    const [well, broken, busy] = [
      await addProject(target.owner),
      await addProject(target.owner),
      await addProject(target.owner),
    ];
    await addOperationRow(target.owner, busy);
    faulty = new Set([broken, busy]);
    expect(await recheckHealthy(runner.services)).toEqual([broken]);
    expect(await Promise.all([well, broken, busy].map(statusOf))).toEqual([
      "ACTIVE_HEALTHY",
      "ACTIVE_UNHEALTHY",
      "ACTIVE_HEALTHY",
    ]);
    expect(smoked).toEqual([]);
  });

  it("does not take it back as long as the fault is there", async () => {
    const ref = await addProject(target.owner, { status: "ACTIVE_UNHEALTHY" });
    await serve(ref);
    faulty = new Set([ref]);
    await recheckProjects(runner.services);
    expect(await statusOf(ref)).toBe("ACTIVE_UNHEALTHY");
    faulty = new Set();
    await recheckProjects(runner.services);
    expect(await statusOf(ref)).toBe("ACTIVE_HEALTHY");
    expect(smoked).toEqual([ref]);
  });

  it("asks the cluster's catalogs", async () => {
    const { host, port, superuser } = cluster.postgres;
    const access = { host, port, username: superuser.user, password: superuser.password };
    const ring = runner.services.env.SUPALOVE_MASTER_KEY;
    const sealedAccess = await sealSecret(ring, clusterAccessContext(DEFAULT_CLUSTER), JSON.stringify(access));
    await target.owner.cluster.update({ where: { id: DEFAULT_CLUSTER }, data: { sealedAccess } });
    const [well = "", noLogin = "", nothing = ""] = ["a", "b", "c"].map((letter) => letter.repeat(20));
    const session = await cluster.postgres.connect("postgres");
    for (const ref of [well, noLogin]) await session.query(`create database db_${ref}`);
    await session.query(`create role authenticator_${well} login`);
    await session.query(`create role authenticator_${noLogin}`);
    await session.end();
    const faults = catalogFaults(runner.services);
    const housed = [well, noLogin, nothing].map((ref) => ({ ref, clusterId: DEFAULT_CLUSTER }));
    expect(await faults(housed)).toEqual(new Set([noLogin, nothing]));
  });
});
