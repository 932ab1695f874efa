import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, apiOfFile, cluster, target } from "../testing/apiOfFile.ts";
import type { TestDatabase } from "../testing/controlDatabase.ts";
import { addOperationRow, addOrganization, addProject, addUser, TEST_DIGEST } from "../testing/fixtures.ts";
import { somebodyWaits } from "../testing/somebodyWaits.ts";
import { recordLook } from "./recordLook.ts";
import { scheduleLooks } from "./scheduleLooks.ts";

apiOfFile();

const found = (line: string): PlannedChange => ({
  urn: `urn:pulumi:x::supalove-project::supalove:cluster:TenantSchema::db-schema`,
  type: "supalove:cluster:TenantSchema",
  name: "db-schema",
  op: "update",
  destructive: false,
  summary: `put right: ${line}`,
  detailed: [{ path: "drift[0]", before: line, after: null, kind: "delete" }],
});
const HARMLESS = "setting statement_timeout of x: 1s, should be 8s";
const look = (ref: string, ...changes: PlannedChange[]) =>
  target.owner.$transaction((tx) => recordLook(tx, ref, changes));
const post = (ref: string, what = "") => api.call(`/v1/projects/${ref}/drift${what}`, { method: "POST" });
const acceptAs = (ref: string, digest: unknown) => api.call(`/v1/projects/${ref}/drift/accept`, { body: { digest } });
/** Accepts what it has just looked at. */
const accept = async (ref: string) => acceptAs(ref, (await get(ref)).body["digest"]);
const get = (ref: string) => api.call(`/v1/projects/${ref}/drift`);

describe("drift over the API", () => {
  it("is unknown before the first look, which is one operation however often it is asked for", async () => {
    const ref = await addProject(target.owner);
    expect((await get(ref)).body).toMatchObject({ checked_at: null, digest: null, checking: false, changes: [] });
    expect(await acceptAs(ref, TEST_DIGEST)).toMatchObject({ status: 409, body: { code: "drift_unknown" } });
    const [first, second] = [await post(ref), await post(ref)];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect((await get(ref)).body).toMatchObject({ checking: true, operation_id: first.body["operation_id"] });
    expect((await api.call(`/v1/projects/${ref}`)).body["status"]).toBe("ACTIVE_HEALTHY");
  });

  it("is shown as it was at one moment, whatever ends while it is read", async () => {
    const ref = await addProject(target.owner);
    await look(ref, found(HARMLESS));
    const { body } = await post(ref);
    const id = String(body["operation_id"]);
    // The look's row is read, and then the operation waited for, which has ended with a newer one when it is seen.
    const reading = await target.owner.$transaction(async (tx) => {
      await tx.$queryRaw`lock table operations in access exclusive mode`;
      const answer = get(ref);
      await somebodyWaits(tx);
      await recordLook(tx, ref, []);
      await tx.operation.update({ where: { id }, data: { status: "succeeded", finishedAt: new Date() } });
      return { answer };
    });
    expect((await reading.answer).body).toMatchObject({ checking: true, operation_id: id, drifted: true });
    expect((await get(ref)).body).toMatchObject({ checking: false, operation_id: id, drifted: false, changes: [] });
  });

  it("makes no preview stale by looking, but by repairing", async () => {
    const ref = await addProject(target.owner);
    const version = async () => (await target.owner.project.findUniqueOrThrow({ where: { ref } })).stateVersion;
    const before = await version();
    await post(ref);
    expect(await version()).toBe(before);
    await post(ref, "/repair");
    expect(await version()).toBeGreaterThan(before);
  });

  it("no longer counts once accepted, until something else is found", async () => {
    const ref = await addProject(target.owner);
    await look(ref, found(HARMLESS));
    expect((await get(ref)).body).toMatchObject({ drifted: true, changes: [{ accepted: false }] });
    expect(await accept(ref)).toMatchObject({ status: 200, body: { drifted: false } });
    await look(ref, found(HARMLESS));
    expect((await get(ref)).body).toMatchObject({
      drifted: false,
      summary: "no change",
      changes: [{ accepted: true }],
    });
    await look(ref, found(HARMLESS.replace("1s", "2s")));
    expect((await get(ref)).body).toMatchObject({ drifted: true });
    await look(ref);
    await look(ref, found(HARMLESS));
    expect((await get(ref)).body).toMatchObject({ drifted: true });
  });

  it("can be accepted only by who has seen it: another look may have found more", async () => {
    const ref = await addProject(target.owner);
    await look(ref, found(HARMLESS));
    const seen = (await get(ref)).body["digest"];
    const more = found(HARMLESS.replace("statement_timeout", "search_path"));
    await look(ref, found(HARMLESS), { ...more, urn: `${more.urn}-2` });
    const refused = await acceptAs(ref, seen);
    expect(refused).toMatchObject({ status: 409, body: { code: "drift_changed" } });
    expect(refused.body["next_step"]).toContain(`GET /v1/projects/${ref}/drift`);
    expect((await get(ref)).body).toMatchObject({ drifted: true, changes: [{ accepted: false }, { accepted: false }] });
    // The same found again, in whatever order, is what was seen.
    const now = (await get(ref)).body["digest"];
    await look(ref, { ...more, urn: `${more.urn}-2` }, found(HARMLESS));
    expect(await acceptAs(ref, now)).toMatchObject({ status: 200, body: { drifted: false, digest: now } });
    expect(await api.call(`/v1/projects/${ref}/drift/accept`, { body: {} })).toMatchObject({
      status: 400,
      body: { code: "invalid_input" },
    });
  });

  it("can't be accepted where it touches what keeps tenants apart", async () => {
    const ref = await addProject(target.owner);
    const rights = "rights of everybody on the database: CONNECT, should be none";
    await look(ref, found(rights), found(HARMLESS));
    const answer = await accept(ref);
    expect(answer).toMatchObject({ status: 409, body: { code: "drift_not_acceptable" } });
    expect(answer.body["message"]).toContain("rights of everybody");
    expect((await get(ref)).body).toMatchObject({ drifted: true, changes: [{ accepted: false }, { accepted: false }] });
  });

  it("tells why the last look failed beside what is known from before", async () => {
    const ref = await addProject(target.owner);
    await look(ref, found(HARMLESS));
    const id = await addOperationRow(target.owner, ref, { kind: "refresh", status: "failed" });
    const error = { code: "cluster_unreachable", message: "A database did not answer.", next_step: "Try again." };
    await target.owner.operation.update({ where: { id }, data: { error } });
    expect((await get(ref)).body).toMatchObject({ drifted: true, error, operation_id: id, checking: false });
  });

  it.each(["COMING_UP", "INIT_FAILED", "GOING_DOWN", "RESIZING"])(
    "refuses to look at or repair a project that is %s",
    async (status) => {
      const ref = await addProject(target.owner, { status });
      for (const what of ["", "/repair"]) {
        expect(await post(ref, what)).toMatchObject({ status: 409, body: { code: "project_not_ready" } });
      }
    },
  );

  it("looks at a paused project, but does not wake it up by a repair", async () => {
    const ref = await addProject(target.owner, { status: "INACTIVE" });
    expect((await post(ref)).status).toBe(202);
    expect((await post(ref, "/repair")).status).toBe(409);
  });

  it("is nobody else's business", async () => {
    const ref = await addProject(target.owner);
    await look(ref, found(HARMLESS));
    const stranger = await addUser(target.owner, "stranger");
    await addOrganization(target.owner, stranger.id);
    for (const [method, what] of [
      ["GET", ""],
      ["POST", ""],
      ["POST", "/repair"],
      ["POST", "/accept"],
    ]) {
      const answer = await api.call(`/v1/projects/${ref}/drift${what}`, {
        method: method ?? "",
        token: stranger.token,
        ...(what === "/accept" ? { body: { digest: TEST_DIGEST } } : {}),
      });
      expect(answer).toMatchObject({ status: 404, body: { code: "project_not_found" } });
    }
    expect((await get(ref)).body).toMatchObject({ drifted: true });
  });
});

describe("scheduleLooks", () => {
  const HOUR = 3_600_000;
  let fresh: TestDatabase;
  beforeAll(async () => {
    fresh = await cluster.clone();
  });
  afterAll(() => fresh.close());

  const age = (id: string, hours: number) =>
    fresh.owner.operation.update({ where: { id }, data: { createdAt: new Date(Date.now() - hours * HOUR) } });
  const finishAll = () =>
    fresh.owner.operation.updateMany({
      where: { finishedAt: null },
      data: { status: "succeeded", finishedAt: new Date() },
    });

  it("looks at one project at a time, the longest unseen first, and at none too early", async () => {
    const [old, older, young, paused] = [
      await addProject(fresh.owner),
      await addProject(fresh.owner),
      await addProject(fresh.owner),
      await addProject(fresh.owner, { status: "INACTIVE" }),
    ];
    for (const [ref, hours] of [
      [old, 30],
      [older, 40],
      [young, 1],
      [paused, 99],
    ] as const) {
      await age(await addOperationRow(fresh.owner, ref, { status: "succeeded" }), hours);
    }
    expect(await scheduleLooks(fresh.owner, 24 * HOUR)).toBe(older);
    expect(await scheduleLooks(fresh.owner, 24 * HOUR)).toBeUndefined();
    await finishAll();
    expect(await scheduleLooks(fresh.owner, 24 * HOUR)).toBe(old);
    await finishAll();
    expect(await scheduleLooks(fresh.owner, 24 * HOUR)).toBeUndefined();
    const [made] = await fresh.owner.operation.findMany({ where: { kind: "refresh" }, take: 1 });
    expect(made).toMatchObject({ actor: "platform", actorId: null });
  });

  it("does not stand in the way of people", async () => {
    const ref = await addProject(fresh.owner);
    await age(await addOperationRow(fresh.owner, ref, { status: "succeeded" }), 99);
    await addOperationRow(fresh.owner, await addProject(fresh.owner), {});
    expect(await scheduleLooks(fresh.owner, 24 * HOUR)).toBeUndefined();
  });
});
