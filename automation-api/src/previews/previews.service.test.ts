import { sealedWith } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_ORGANIZATION } from "../database/seedInstance.ts";
import { EngineDied } from "../engine/enginePort.ts";
import { newId } from "../ids/newId.ts";
import { tidyPreviews } from "../runner/tidyPreviews.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { type FakeBehaviour, fakeOutputs } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addMember, addOrganization, addPreviewRow, addProject, addUser, type TestUser } from "../testing/fixtures.ts";
import { somebodyWaits } from "../testing/somebodyWaits.ts";

apiOfFile();
let runner: FakeEngineRunner;
let stranger: TestUser;
let foreign: string;

beforeAll(async () => {
  runner = startFakeEngineRunner(target);
  stranger = await addUser(target.owner, "stranger");
  foreign = await addOrganization(target.owner, stranger.id);
});
beforeEach(() => {
  runner.engine.calls.length = 0;
  runner.engine.behaviour = engine();
});
afterAll(async () => {
  await runner.close();
});

const database: PlannedChange = {
  urn: "urn:pulumi:s::p::postgresql:index/database:Database::db-database",
  type: "postgresql:index/database:Database",
  name: "db-database",
  op: "create",
  destructive: false,
  summary: "a database will be created (db_x)",
  detailed: [],
};
const deletion: PlannedChange = { ...database, op: "delete", destructive: true, summary: "the database is deleted" };

/** An engine that finds these changes, and makes what it is told to. */
function engine(changes: readonly PlannedChange[] = []): FakeBehaviour {
  return ({ command }) => {
    if (command.action === "preview") return { status: "previewed", changes: [...changes] };
    return { status: "succeeded", outputs: command.action === "up" ? fakeOutputs(command.spec.ref) : null };
  };
}

type Body = Record<string, unknown>;
const preview = async (id: unknown) => (await api.call(`/v1/previews/${id}`)).body;
const operation = async (id: unknown) => (await api.call(`/v1/operations/${id}`)).body;
const project = async (ref: unknown) => api.call(`/v1/projects/${ref}`);
const apply = (ref: unknown, preview_id: unknown, more: Body = {}) =>
  api.call(`/v1/projects/${ref}/operations`, { body: { preview_id, ...more } });

/** Asks for a preview and lets the runner make it. */
async function made(path: string, body: Body): Promise<Body> {
  const started = await api.call(path, { body });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await runner.run(String(started.body["operation_id"]));
  return preview(started.body["id"]);
}
const madeFor = (ref: string, body: Body) => made(`/v1/projects/${ref}/previews`, body);

/** Applies a preview and lets the runner do it. */
async function applied(found: Body, more: Body = {}): Promise<Body> {
  const started = await apply(found["project_ref"], found["id"], more);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await runner.run(String(started.body["operation_id"]));
  return operation(started.body["operation_id"]);
}

let count = 0;
const freshName = () => `project ${++count}`;

describe("the preview of a project to be created", () => {
  it("makes nothing, says what would be made, and hides what was brought along", async () => {
    runner.engine.behaviour = engine([database]);
    const before = await target.owner.project.count();
    const secrets = { jwt_secret: "j".repeat(40), db_pass: "a-password-of-mine" };
    const name = freshName();
    const found = await made("/v1/previews", { name, size: "small", ...secrets });
    expect(found).toMatchObject({ kind: "create", status: "ready", destructive: false, confirm: null, error: null });
    expect(found["digest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(String(found["summary"]).split("\n")).toEqual([
      `the project "${name}" will be created (shared plan, size small)`,
      "a database will be created (db_x)",
    ]);
    expect(await target.owner.project.count()).toBe(before);
    expect((await project(found["project_ref"])).status).toBe(404);
    const row = await target.owner.preview.findUniqueOrThrow({ where: { id: String(found["id"]) } });
    expect(sealedWith(String(row.sealedImported))).toBe("m1");
    const { sealedImported: _, ...open } = row;
    for (const text of [JSON.stringify(found), JSON.stringify(open)]) {
      for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    }
    // The engine got them: what follows from them shows in the plan.
    expect(runner.engine.commands).toMatchObject([
      { action: "preview", kind: "create", presence: "new", spec: { imported: { databasePassword: secrets.db_pass } } },
    ]);
    const making = await operation(found["operation_id"]);
    expect(making).toMatchObject({ kind: "preview", status: "succeeded", project_ref: null, preview_id: found["id"] });
    expect((await api.call("/v1/operations?limit=5")).list.map((o) => o["id"])).toContain(making["id"]);
  });

  it("is applied as a creation is, under the ref it named", async () => {
    runner.engine.behaviour = engine([database]);
    const name = freshName();
    const found = await made("/v1/previews", { name, extensions: ["hstore"], db_pass: "a-password-of-mine" });
    const ended = await applied(found);
    expect(ended).toMatchObject({ kind: "up", status: "succeeded", preview_id: found["id"] });
    expect((await project(found["project_ref"])).body).toMatchObject({
      name,
      status: "ACTIVE_HEALTHY",
      extensions: ["hstore"],
    });
    expect(await preview(found["id"])).toMatchObject({ status: "applied", applied_operation_id: ended["id"] });
    expect(runner.engine.commands.map((c) => c.action)).toEqual(["preview", "preview", "up"]);
    expect(runner.engine.commands.at(-1)).toMatchObject({
      presence: "new",
      spec: { ref: found["project_ref"], imported: { databasePassword: "a-password-of-mine" } },
    });
    const row = await target.owner.preview.findUniqueOrThrow({ where: { id: String(found["id"]) } });
    expect(row.sealedImported).toBeNull();
    expect((await apply(found["project_ref"], found["id"])).body).toMatchObject({ code: "preview_applied" });
  });

  it("leaves no project behind when something else would happen by now", async () => {
    runner.engine.behaviour = engine([database]);
    const name = freshName();
    const found = await made("/v1/previews", { name });
    runner.engine.behaviour = engine([]);
    expect(await applied(found)).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect(await preview(found["id"])).toMatchObject({ status: "stale", error: { code: "preview_stale" } });
    expect((await project(found["project_ref"])).status).toBe(404);
    expect(runner.engine.commands.map((c) => c.action)).toEqual(["preview", "preview"]);
    expect((await api.call("/v1/projects", { body: { name } })).status).toBe(201);
  });

  it("gives way to a project that took the name", async () => {
    const name = freshName();
    const found = await made("/v1/previews", { name });
    expect((await api.call("/v1/projects", { body: { name } })).status).toBe(201);
    expect((await apply(found["project_ref"], found["id"])).body).toMatchObject({ code: "name_taken" });
    expect((await api.call("/v1/previews", { body: { name } })).body).toMatchObject({ code: "name_taken" });
  });

  it("is refused where the other creation is", async () => {
    const body = { name: "x", jwt_secret: "j".repeat(40), anon_key: "a.b.c" };
    expect((await api.call("/v1/previews", { body })).body).toMatchObject({ code: "invalid_input" });
  });
});

describe("the preview of a change", () => {
  it("says what changes of the project itself, and the row changes only when it is applied", async () => {
    const ref = await addProject(target.owner, { name: freshName() });
    const name = freshName();
    const found = await madeFor(ref, { size: "small", name, extensions: ["hstore"] });
    const lines = String(found["summary"]).split("\n");
    expect(lines).toContain("size micro -> small");
    expect(lines).toContain("requests per second 200 -> 400");
    expect((await project(ref)).body).toMatchObject({ size: "micro", extensions: [] });
    const started = await apply(ref, found["id"]);
    expect((await project(ref)).body).toMatchObject({ size: "micro", status: "RESIZING" });
    await runner.run(String(started.body["operation_id"]));
    expect((await project(ref)).body).toMatchObject({ name, size: "small", extensions: ["hstore"] });
    const tenant = await target.owner.tenant.findUniqueOrThrow({ where: { ref } });
    expect(tenant.config).toMatchObject({ limits: { requestsPerSecond: 400 } });
  });

  it("answers no change to a body that asks for nothing", async () => {
    const ref = await addProject(target.owner);
    const found = await madeFor(ref, {});
    expect(found).toMatchObject({ status: "ready", summary: "no change", changes: [], destructive: false });
    const same = await madeFor(ref, { size: "micro" });
    expect(same).toMatchObject({ summary: "no change" });
  });

  it.each([
    ["an operation", (ref: string) => api.call(`/v1/projects/${ref}/pause`, { method: "POST" })],
    ["a new name", (ref: string) => api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { name: freshName() } })],
    ["a change", (ref: string) => api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { size: "large" } })],
    ["its deletion", (ref: string) => api.call(`/v1/projects/${ref}`, { method: "DELETE" })],
  ])("is stale after %s in between", async (_what, change) => {
    const ref = await addProject(target.owner);
    const found = await madeFor(ref, { size: "small" });
    expect((await change(ref)).status).toBeLessThan(300);
    expect(await preview(found["id"])).toMatchObject({ status: "stale", error: null, confirm: null });
    const answer = await apply(ref, found["id"]);
    expect(answer).toMatchObject({ status: 409, body: { code: "preview_stale" } });
    expect(String(answer.body["next_step"])).toMatch(/new preview/);
  });

  it("is not made stale by another preview", async () => {
    const ref = await addProject(target.owner);
    const first = await madeFor(ref, { size: "small" });
    const second = await madeFor(ref, { size: "large" });
    expect(await preview(first["id"])).toMatchObject({ status: "ready" });
    await applied(second);
    expect(await preview(first["id"])).toMatchObject({ status: "stale" });
  });

  it("can't be applied before it is ready, nor when it failed or was cancelled", async () => {
    const ref = await addProject(target.owner);
    const started = await api.call(`/v1/projects/${ref}/previews`, { body: { size: "small" } });
    expect(await preview(started.body["id"])).toMatchObject({ status: "queued", digest: null });
    expect((await apply(ref, started.body["id"])).body).toMatchObject({ code: "preview_not_ready" });
    const error = { code: "cluster_unreachable", message: "m", next_step: "n" };
    runner.engine.behaviour = () => ({ status: "failed", error });
    await runner.run(String(started.body["operation_id"]));
    expect(await preview(started.body["id"])).toMatchObject({ status: "failed", error });
    expect((await apply(ref, started.body["id"])).body).toMatchObject({ code: "preview_not_ready" });
    expect((await project(ref)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });

    const other = await api.call(`/v1/projects/${ref}/previews`, { body: {} });
    await api.call(`/v1/operations/${other.body["operation_id"]}/cancel`, { method: "POST" });
    expect(await preview(other.body["id"])).toMatchObject({ status: "failed" });
    expect((await project(ref)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
  });

  it("does nothing when the second look finds something else, and the project is as it was", async () => {
    const ref = await addProject(target.owner);
    const found = await madeFor(ref, { size: "small" });
    runner.engine.behaviour = engine([{ ...database, op: "update", summary: "put right: somebody was here" }]);
    const ended = await applied(found);
    expect(ended).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect(runner.engine.commands.map((c) => c.action)).toEqual(["preview", "preview"]);
    expect((await project(ref)).body).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
  });

  it("looks at the real resources in the second look and the update too, where the preview did", async () => {
    const ref = await addProject(target.owner);
    await applied(await madeFor(ref, { refresh: true }));
    expect(runner.engine.commands.map((c) => "refresh" in c && c.refresh)).toEqual([true, true, true]);
    runner.engine.calls.length = 0;
    await applied(await madeFor(ref, { size: "small" }));
    expect(runner.engine.commands.map((c) => "refresh" in c && c.refresh)).toEqual([false, false, false]);
  });

  it("goes on without a look after an apply was interrupted in mid-change", async () => {
    const ref = await addProject(target.owner);
    const found = await madeFor(ref, { size: "small" });
    const started = await apply(ref, found["id"]);
    const id = String(started.body["operation_id"]);
    let ups = 0;
    runner.engine.behaviour = (call, count) => {
      // Half of it is done: another look would find another plan.
      if (call.command.action === "preview") return { status: "previewed", changes: ups === 0 ? [] : [database] };
      ups += 1;
      if (ups <= 3) throw new EngineDied("killed");
      return engine()(call, count);
    };
    await runner.run(id).catch(() => undefined);
    await target.owner.operation.update({
      where: { id },
      data: { status: "running", finishedAt: null, leaseUntil: new Date(0) },
    });
    await runner.expireLeases();
    await runner.run(id);
    expect(await operation(id)).toMatchObject({ status: "succeeded" });
    expect(runner.engine.commands.at(-1)).toMatchObject({ action: "up", recover: true });
    expect((await project(ref)).body).toMatchObject({ size: "small", status: "ACTIVE_HEALTHY" });
  });

  it("is made by another runner when the first one is killed", async () => {
    const ref = await addProject(target.owner);
    const started = await api.call(`/v1/projects/${ref}/previews`, { body: {} });
    const id = String(started.body["operation_id"]);
    await target.owner.operation.update({
      where: { id },
      data: { status: "running", epoch: 1, leaseUntil: new Date(0) },
    });
    expect(await preview(started.body["id"])).toMatchObject({ status: "running" });
    await runner.expireLeases();
    await runner.run(id);
    expect(await preview(started.body["id"])).toMatchObject({ status: "ready" });
  });

  it("is made all the same when its engine dies, and fails in words when it keeps dying", async () => {
    const ref = await addProject(target.owner);
    let deaths = 2;
    runner.engine.behaviour = (call, count) => {
      if (deaths-- > 0) throw new EngineDied("killed");
      return engine()(call, count);
    };
    expect(await madeFor(ref, {})).toMatchObject({ status: "ready", summary: "no change" });
    runner.engine.behaviour = () => {
      throw new EngineDied("killed");
    };
    const failed = await madeFor(ref, {});
    expect(failed).toMatchObject({ status: "failed", error: { code: "internal_error" } });
    expect((await project(ref)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
  });

  it("is refused where there is no stack to look at", async () => {
    const failed = await addProject(target.owner, { status: "INIT_FAILED" });
    const going = await addProject(target.owner, { status: "GOING_DOWN" });
    for (const [ref, body] of [
      [failed, {}],
      [going, {}],
      [going, { delete: true }],
    ] as const) {
      expect((await api.call(`/v1/projects/${ref}/previews`, { body })).body).toMatchObject({
        code: "project_not_ready",
      });
    }
  });
});

describe("the preview of a deletion", () => {
  it("needs the project's name to be applied, and then goes the way of a deletion", async () => {
    const name = freshName();
    const ref = await addProject(target.owner, { name });
    runner.engine.behaviour = engine([deletion]);
    const found = await madeFor(ref, { delete: true });
    expect(found).toMatchObject({ kind: "delete", destructive: true, confirm: name });
    expect(String(found["summary"])).toContain("its URL and its keys stop working");
    for (const more of [{}, { confirm: "" }, { confirm: name.toUpperCase() }, { confirm: ref }]) {
      const answer = await apply(ref, found["id"], more);
      expect(answer).toMatchObject({ status: 409, body: { code: "confirmation_required" } });
      expect(String(answer.body["next_step"])).toContain(name);
    }
    const ended = await applied(found, { confirm: name });
    expect(ended).toMatchObject({ kind: "destroy", status: "succeeded" });
    expect((await project(ref)).status).toBe(404);
    expect(await preview(found["id"])).toMatchObject({ status: "applied" });
  });

  it("leaves the project alone when something else would go by now", async () => {
    const name = freshName();
    const ref = await addProject(target.owner, { name });
    runner.engine.behaviour = engine([deletion]);
    const found = await madeFor(ref, { delete: true });
    runner.engine.behaviour = engine([deletion, { ...deletion, urn: "another" }]);
    expect(await applied(found, { confirm: name })).toMatchObject({ error: { code: "preview_stale" } });
    expect((await project(ref)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(runner.engine.commands.some((c) => c.action === "destroy")).toBe(false);
  });
});

describe("PATCH", () => {
  const patch = (ref: string, body: Body) => api.call(`/v1/projects/${ref}`, { method: "PATCH", body });

  it("changes a name at once, the rest by an operation, and asks for none where nothing is new", async () => {
    const ref = await addProject(target.owner);
    const name = freshName();
    expect((await patch(ref, { name })).body).toMatchObject({ name, operation_id: null });
    expect((await patch(ref, { size: "micro", extensions: [] })).body).toMatchObject({ operation_id: null });
    const { body } = await patch(ref, { desired_instance_size: "medium", extensions: ["hstore"] });
    expect((await project(ref)).body).toMatchObject({ status: "RESIZING", size: "micro" });
    expect((await patch(ref, { size: "micro" })).body).toMatchObject({ code: "project_not_ready" });
    await runner.run(String(body["operation_id"]));
    expect((await project(ref)).body).toMatchObject({
      size: "medium",
      extensions: ["hstore"],
      status: "ACTIVE_HEALTHY",
    });
  });

  it("changes no name that an operation before it is to change: the later wish would be undone", async () => {
    const ref = await addProject(target.owner);
    const [first, second] = [freshName(), freshName()];
    const found = await madeFor(ref, { name: first });
    const started = await apply(ref, found["id"]);
    const refused = await patch(ref, { name: second });
    expect(refused).toMatchObject({ status: 409, body: { code: "project_busy" } });
    expect(refused.body["message"]).toContain("name");
    // What asks for no other name goes its way.
    expect((await patch(ref, { size: "small" })).status).toBe(200);
    await runner.run(String(started.body["operation_id"]));
    expect((await project(ref)).body).toMatchObject({ name: first });
    expect(await patch(ref, { name: second })).toMatchObject({ status: 200, body: { name: second } });
  });

  it("leaves the row and the status as they were when the operation fails", async () => {
    const ref = await addProject(target.owner);
    const { body } = await patch(ref, { size: "large" });
    runner.engine.behaviour = () => ({
      status: "failed",
      error: { code: "cluster_unreachable", message: "m", next_step: "n" },
    });
    await runner.run(String(body["operation_id"]));
    expect((await project(ref)).body).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
  });

  it("is refused for a project that is not up", async () => {
    const ref = await addProject(target.owner, { status: "INACTIVE" });
    expect((await patch(ref, { size: "large" })).body).toMatchObject({ code: "project_not_ready" });
  });
});

describe("a second tenant", () => {
  const plain = ({ status, body }: { status: number; body: Body }) => {
    const { request_id: _, ...rest } = body;
    return { status, rest };
  };
  const as = (token: string, path: string, body?: Body) => api.call(path, { token, ...(body ? { body } : {}) });

  it("learns nothing of a foreign preview, by whatever path", async () => {
    const ref = await addProject(target.owner);
    const id = await addPreviewRow(target.owner, ref);
    const own = await addProject(target.owner, { organizationId: foreign });
    const unknown = `prv_${"0".repeat(24)}`;
    for (const path of [(p: string) => `/v1/previews/${p}`, (p: string) => `/v1/projects/${own}/previews/${p}`]) {
      const answer = plain(await as(stranger.token, path(id)));
      expect(answer).toMatchObject({ status: 404, rest: { code: "preview_not_found" } });
      expect(answer).toEqual(plain(await as(stranger.token, path(unknown))));
    }
    expect((await as(stranger.token, `/v1/projects/${ref}/previews/${id}`)).status).toBe(404);
  });

  it("applies no foreign preview: not at its project, not at an own one, not one of a creation", async () => {
    const ref = await addProject(target.owner);
    const id = await addPreviewRow(target.owner, ref);
    const own = await addProject(target.owner, { organizationId: foreign });
    const creation = "c".repeat(20);
    const planned = await addPreviewRow(target.owner, creation, { kind: "create" });
    const before = await target.owner.operation.count();
    const attack = async (at: string, preview_id: string) =>
      plain(await as(stranger.token, `/v1/projects/${at}/operations`, { preview_id }));
    expect(await attack(ref, id)).toMatchObject({ status: 404, rest: { code: "project_not_found" } });
    expect(await attack(own, id)).toMatchObject({ status: 404, rest: { code: "preview_not_found" } });
    expect(await attack(own, planned)).toMatchObject({ status: 404, rest: { code: "preview_not_found" } });
    expect(await attack(creation, planned)).toEqual(await attack("z".repeat(20), planned));
    expect(await attack(creation, planned)).toMatchObject({ status: 404, rest: { code: "project_not_found" } });
    expect(await target.owner.operation.count()).toBe(before);
  });

  it("makes no preview of a foreign project, and none in a foreign organization", async () => {
    const ref = await addProject(target.owner);
    const before = await target.owner.preview.count();
    expect((await as(stranger.token, `/v1/projects/${ref}/previews`, { delete: true })).status).toBe(404);
    const organization_id = DEFAULT_ORGANIZATION;
    expect((await as(stranger.token, "/v1/previews", { name: "x", organization_id })).status).toBe(404);
    expect(await target.owner.preview.count()).toBe(before);
  });

  it("does not see, follow or cancel the operation behind a foreign creation's preview", async () => {
    const started = await api.call("/v1/previews", { body: { name: freshName() } });
    const id = started.body["operation_id"];
    for (const path of [`/v1/operations/${id}`, `/v1/operations/${id}/events`]) {
      expect((await as(stranger.token, path)).body).toMatchObject({ code: "operation_not_found" });
    }
    const cancel = await api.call(`/v1/operations/${id}/cancel`, { method: "POST", token: stranger.token });
    expect(cancel.body).toMatchObject({ code: "operation_not_found" });
    expect((await as(stranger.token, "/v1/operations")).list.map((o) => o["id"])).not.toContain(id);
    expect((await api.call(`/v1/operations/${id}/cancel`, { method: "POST" })).body).toMatchObject({
      status: "cancelled",
    });
  });

  it("can't apply one project's preview at another of the same organization", async () => {
    const [one, two] = [await addProject(target.owner), await addProject(target.owner)];
    const id = await addPreviewRow(target.owner, one);
    expect((await apply(two, id)).body).toMatchObject({ code: "preview_not_found" });
    expect((await api.call(`/v1/projects/${two}/previews/${id}`)).body).toMatchObject({ code: "preview_not_found" });
  });

  it("can't apply a deletion with a role that may only read", async () => {
    const reader = await addUser(target.owner, "preview reader");
    await addMember(target.owner, DEFAULT_ORGANIZATION, reader.id, "read_only");
    const ref = await addProject(target.owner, { name: freshName() });
    const id = await addPreviewRow(target.owner, ref, { kind: "delete" });
    const answer = await as(reader.token, `/v1/projects/${ref}/operations`, { preview_id: id });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await as(reader.token, `/v1/previews/${id}`)).status).toBe(200);
  });
});

describe("a flood of previews", () => {
  it("is refused before it fills the queue, and touches no other organization", async () => {
    const flooder = await addUser(target.owner, "flooder");
    const organization_id = await addOrganization(target.owner, flooder.id);
    const ask = () => api.call("/v1/previews", { body: { name: freshName(), organization_id }, token: flooder.token });
    for (let i = 0; i < 20; i++) expect((await ask()).status).toBe(202);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
    expect(refused.headers.get("retry-after")).toBe("5");
    expect((await api.call("/v1/previews", { body: { name: freshName() } })).status).toBe(202);
  });
});

describe("at once", () => {
  it("a preview that gets ready while somebody reads it is shown as before or as after, never as both", async () => {
    const ref = await addProject(target.owner);
    const { body: started } = await api.call(`/v1/projects/${ref}/previews`, { body: { size: "small" } });
    const id = String(started["id"]);
    // Readers get the preview's row and then wait for its operations, which are ready when they see them.
    const reading = await target.owner.$transaction(async (tx) => {
      await tx.$queryRaw`lock table operations in access exclusive mode`;
      const answer = preview(id);
      await somebodyWaits(tx);
      await tx.preview.update({ where: { id }, data: { summary: "no change", digest: `sha256:${"0".repeat(64)}` } });
      await tx.operation.update({
        where: { id: String(started["operation_id"]) },
        data: { status: "succeeded", finishedAt: new Date() },
      });
      return { answer };
    });
    expect(await reading.answer).toMatchObject({ status: "queued", digest: null });
    expect(await preview(id)).toMatchObject({ status: "ready", summary: "no change" });
  });

  it("a name that somebody takes while the change is written costs the name only: everything else is written", async () => {
    const [ref, other] = [await addProject(target.owner), await addProject(target.owner)];
    const name = freshName();
    const found = await madeFor(ref, { name, rotate_passwords: true, size: "small" });
    const started = await apply(ref, found["id"]);
    const writing = await target.owner.$transaction(async (tx) => {
      // Not committed, so that the runner finds the name free, and then waits for what becomes of it.
      await tx.project.update({ where: { ref: other }, data: { name, nameKey: name } });
      const written = runner.run(String(started.body["operation_id"]));
      await somebodyWaits(tx);
      return { written };
    });
    await writing.written;
    expect(await operation(started.body["operation_id"])).toMatchObject({
      status: "failed",
      error: { code: "name_taken" },
    });
    expect((await project(ref)).body).toMatchObject({ name: ref, size: "small", status: "ACTIVE_HEALTHY" });
    expect((await project(other)).body).toMatchObject({ name });
    // The data plane has been told of the passwords that the database has by now.
    expect(await target.owner.tenant.findUnique({ where: { ref } })).toMatchObject({ status: "active" });
  });

  it("of two applies of one preview, one wins", async () => {
    const ref = await addProject(target.owner);
    const id = await addPreviewRow(target.owner, ref);
    const creation = "d".repeat(20);
    const planned = await addPreviewRow(target.owner, creation, { kind: "create" });
    for (const [at, of] of [
      [ref, id],
      [creation, planned],
    ] as const) {
      const answers = await Promise.all([apply(at, of), apply(at, of), apply(at, of)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    }
  });

  it("the same request under one key is one preview and one apply", async () => {
    const ref = await addProject(target.owner);
    const headers = { "Idempotency-Key": `key-${ref}` };
    const ask = () => api.call(`/v1/projects/${ref}/previews`, { body: { size: "small" }, headers });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    await runner.run(String(first.body["operation_id"]));
    const start = () =>
      api.call(`/v1/projects/${ref}/operations`, {
        body: { preview_id: first.body["id"] },
        headers: { "Idempotency-Key": `apply-${ref}` },
      });
    const [one, two] = [await start(), await start()];
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(two.body).toEqual(one.body);
  });
});

describe("tidyPreviews", () => {
  it("forgets old previews that came to nothing, and no other", async () => {
    const ref = await addProject(target.owner);
    const old = await addPreviewRow(target.owner, ref);
    const waiting = await addPreviewRow(target.owner, ref, { made: "queued" });
    const used = await addPreviewRow(target.owner, ref);
    const fresh = await addPreviewRow(target.owner, ref);
    await apply(ref, used);
    await target.owner.preview.updateMany({
      where: { id: { in: [old, waiting, used] } },
      data: { createdAt: new Date(Date.now() - 8 * 86_400_000) },
    });
    await tidyPreviews(target.owner);
    const left = await target.owner.preview.findMany({ where: { projectRef: ref }, select: { id: true } });
    expect(left.map(({ id }) => id).sort()).toEqual([waiting, used, fresh].sort());
    expect(await target.owner.operation.count({ where: { previewId: old } })).toBe(0);
  });

  it("keeps one that is applied at that very moment, with the operation that applies it", async () => {
    const ref = await addProject(target.owner);
    const id = await addPreviewRow(target.owner, ref);
    await target.owner.preview.update({
      where: { id },
      data: { createdAt: new Date(Date.now() - 8 * 86_400_000) },
    });
    const applying = newId("op");
    const tidying = await target.owner.$transaction(async (tx) => {
      // As an apply does.
      await tx.$queryRaw`select 1 from previews where id = ${id} for update`;
      const tidied = tidyPreviews(target.owner);
      await somebodyWaits(tx);
      const about = { projectRef: ref, previewId: id, actor: "test", summary: "test", input: { creates: false } };
      await tx.operation.create({ data: { id: applying, kind: "up", ...about } });
      return { tidied };
    });
    await tidying.tidied;
    expect(await preview(id)).toMatchObject({ status: "applied", applied_operation_id: applying });
    expect(await operation(applying)).toMatchObject({ status: "queued" });
  });
});
