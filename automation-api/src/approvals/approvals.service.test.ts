import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import { PLATFORM } from "../auth/caller.ts";
import { EngineDied } from "../engine/enginePort.ts";
import { addOperation } from "../operations/addOperation.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { type FakeBehaviour, fakeOutputs } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addMember, addOrganization, addProject, addUser, type TestUser } from "../testing/fixtures.ts";

apiOfFile();
let runner: FakeEngineRunner;
/** Of one organization: who asks, who looks, who may only read, who may not change projects. */
let ada: TestUser;
let ben: TestUser;
let dev: TestUser;
let reader: TestUser;
let stranger: TestUser;
let organizationId: string;

beforeAll(async () => {
  runner = startFakeEngineRunner(target);
  ada = await addUser(target.owner, "Ada");
  ben = await addUser(target.owner, "Ben");
  dev = await addUser(target.owner, "Dev");
  reader = await addUser(target.owner, "Reader");
  stranger = await addUser(target.owner, "Stranger");
  organizationId = await addOrganization(target.owner, ada.id);
  await addMember(target.owner, organizationId, dev.id, "developer");
  await addMember(target.owner, organizationId, reader.id, "read_only");
  await addOrganization(target.owner, stranger.id);
});
beforeEach(async () => {
  runner.engine.calls.length = 0;
  runner.engine.behaviour = engine();
  await setPolicy("always");
  await setRole(ben, "administrator");
});
afterAll(async () => {
  await runner.close();
});

const volume: PlannedChange = {
  urn: "urn:pulumi:s::p::docker:index/volume:Volume::project-data",
  type: "docker:index/volume:Volume",
  name: "project-data",
  op: "replace",
  destructive: true,
  summary: "the volume is deleted and made anew",
  detailed: [],
};

function engine(changes: readonly PlannedChange[] = []): FakeBehaviour {
  return ({ command }) => {
    if (command.action === "preview") return { status: "previewed", changes: [...changes] };
    return { status: "succeeded", outputs: command.action === "up" ? fakeOutputs(command.spec.ref) : null };
  };
}

type Body = Record<string, unknown>;
const as = (user: TestUser, path: string, body?: Body, method?: string) =>
  api.call(path, { token: user.token, ...(body ? { body } : {}), ...(method ? { method } : {}) });
const setPolicy = (approvalPolicy: string) =>
  target.owner.organization.update({ where: { id: organizationId }, data: { approvalPolicy } });
async function setRole(user: TestUser, role: string | null): Promise<void> {
  const where = { organizationId_userId: { organizationId, userId: user.id } };
  if (role === null) await target.owner.member.delete({ where });
  else await target.owner.member.upsert({ where, create: { organizationId, userId: user.id, role }, update: { role } });
}
const preview = async (id: unknown, user = ada) => (await as(user, `/v1/previews/${id}`)).body;
const approve = (user: TestUser, found: Body, digest = found["digest"]) =>
  as(user, `/v1/previews/${found["id"]}/approve`, { digest });
const withdraw = (user: TestUser, found: Body) => as(user, `/v1/previews/${found["id"]}/approve`, undefined, "DELETE");
const apply = (user: TestUser, found: Body, more: Body = {}) =>
  as(user, `/v1/projects/${found["project_ref"]}/operations`, { preview_id: found["id"], ...more });
const operation = async (id: unknown) => (await as(ada, `/v1/operations/${id}`)).body;
const project = (ref: unknown) => as(ada, `/v1/projects/${ref}`);

/** Asks for a preview as Ada, unless somebody else is named, and lets the runner make it. */
async function made(path: string, body: Body, user = ada): Promise<Body> {
  const started = await as(user, path, body);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await runner.run(String(started.body["operation_id"]));
  return preview(started.body["id"]);
}
const newProject = () => addProject(target.owner, { organizationId });
const resize = async (ref?: string) => made(`/v1/projects/${ref ?? (await newProject())}/previews`, { size: "small" });
const required = { status: 409, body: { code: "approval_required" } };

async function ran(started: { status: number; body: Body }): Promise<Body> {
  expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
  await runner.run(String(started.body["operation_id"]));
  return operation(started.body["operation_id"]);
}

/** Runs an operation whose engine dies, lets something happen, and has it taken up by another runner. */
async function interrupted(started: { body: Body }, meanwhile: () => Promise<unknown>): Promise<Body> {
  const id = String(started.body["operation_id"]);
  runner.engine.behaviour = (call, count) => {
    if (call.command.action === "up") throw new EngineDied("killed");
    return engine()(call, count);
  };
  await runner.run(id).catch(() => undefined);
  const data = { status: "running", finishedAt: null, leaseUntil: new Date(0) };
  await target.owner.operation.update({ where: { id }, data });
  await runner.expireLeases();
  await meanwhile();
  runner.engine.behaviour = engine();
  await runner.run(id);
  return operation(id);
}

describe("a preview that needs a second person", () => {
  it("is applied once somebody else has approved what it showed, by either of the two", async () => {
    for (const who of [ada, ben]) {
      const found = await resize();
      expect(found["approval"]).toEqual({
        required: true,
        approved_by: [],
        approved_by_you: false,
        can_approve: false,
      });
      expect((await preview(found["id"], ben))["approval"]).toMatchObject({ can_approve: true });
      expect(await apply(who, found)).toMatchObject(required);
      const approved = await approve(ben, found);
      expect(approved.status).toBe(200);
      expect(approved.body["approval"]).toMatchObject({
        required: true,
        approved_by: [{ id: ben.id, name: "Ben" }],
        approved_by_you: true,
        can_approve: false,
      });
      expect(await ran(await apply(who, found))).toMatchObject({ kind: "up", status: "succeeded" });
      expect((await project(found["project_ref"])).body).toMatchObject({ size: "small" });
    }
  });

  it("is not approved by who asked for it, whichever way they call", async () => {
    const found = await resize();
    const own = { status: 409, body: { code: "approval_own_preview" } };
    expect(await approve(ada, found)).toMatchObject(own);
    const below = `/v1/projects/${found["project_ref"]}/previews/${found["id"]}/approve`;
    expect(await as(ada, below, { digest: found["digest"] })).toMatchObject(own);
    const { token } = await insertAccessToken(target.owner, ada.id, "another", undefined);
    expect(await approve({ id: ada.id, token }, found)).toMatchObject(own);
    expect(await apply(ada, found)).toMatchObject(required);
    expect((await as(ben, below, { digest: found["digest"] })).status).toBe(200);
    expect((await apply(ada, found)).status).toBe(202);
  });

  it("is approved by members who could make the change, and by nobody else", async () => {
    const found = await resize();
    for (const user of [dev, reader]) {
      expect(await approve(user, found)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
    const unknown = await as(stranger, `/v1/previews/prv_${"z".repeat(24)}/approve`, { digest: found["digest"] });
    for (const call of [
      approve(stranger, found),
      withdraw(stranger, found),
      as(stranger, `/v1/previews/${found["id"]}`),
    ]) {
      const { status, body } = await call;
      expect({ status, code: body["code"] }).toEqual({ status: unknown.status, code: unknown.body["code"] });
    }
    expect(await target.owner.previewApproval.count({ where: { previewId: String(found["id"]) } })).toBe(0);
  });

  it("wants the digest that was looked at", async () => {
    const found = await resize();
    const other = `sha256:${"f".repeat(64)}`;
    expect(await approve(ben, found, other)).toMatchObject({ status: 409, body: { code: "approval_outdated" } });
    expect(await apply(ada, found)).toMatchObject(required);
  });

  it("does not count an approval of another plan under the same preview", async () => {
    const found = await resize();
    await approve(ben, found);
    await target.owner.preview.update({
      where: { id: String(found["id"]) },
      data: { digest: `sha256:${"e".repeat(64)}` },
    });
    expect((await preview(found["id"]))["approval"]).toMatchObject({ approved_by: [] });
    expect(await apply(ada, found)).toMatchObject(required);
    expect((await approve(ben, found, `sha256:${"e".repeat(64)}`)).status).toBe(200);
  });

  it("is stale after a change in between, approved or not", async () => {
    const ref = await newProject();
    const [first, second] = [await resize(ref), await made(`/v1/projects/${ref}/previews`, { size: "large" })];
    await approve(ben, first);
    await approve(ben, second);
    await ran(await apply(ada, first));
    expect(await apply(ada, second)).toMatchObject({ status: 409, body: { code: "preview_stale" } });
    expect(await approve(ben, second)).toMatchObject({ status: 409, body: { code: "preview_stale" } });
  });

  it("is looked at a second time all the same", async () => {
    const found = await resize();
    await approve(ben, found);
    runner.engine.behaviour = engine([{ ...volume, destructive: false, op: "update" }]);
    expect(await ran(await apply(ada, found))).toMatchObject({ status: "failed", error: { code: "preview_stale" } });
    expect(runner.engine.actions).toEqual(["preview", "preview"]);
  });

  it("may be one of a project to be created, and one of a deletion", async () => {
    const created = await made("/v1/previews", { name: "Approved", organization_id: organizationId });
    expect(await apply(ada, created)).toMatchObject(required);
    await approve(ben, created);
    expect(await ran(await apply(ben, created))).toMatchObject({ status: "succeeded" });
    runner.engine.behaviour = engine([{ ...volume, op: "delete" }]);
    const gone = await made(`/v1/projects/${created["project_ref"]}/previews`, { delete: true });
    expect(await apply(ada, gone, { confirm: "Approved" })).toMatchObject(required);
    await approve(ben, gone);
    expect(await apply(ada, gone)).toMatchObject({ status: 409, body: { code: "confirmation_required" } });
    expect(await ran(await apply(ada, gone, { confirm: "Approved" }))).toMatchObject({ status: "succeeded" });
    expect((await project(created["project_ref"])).status).toBe(404);
  });
});

describe("an approval", () => {
  it("can be taken back until it is applied, and given again", async () => {
    const found = await resize();
    await approve(ben, found);
    expect((await withdraw(ben, found)).body["approval"]).toMatchObject({ approved_by: [], can_approve: true });
    expect((await withdraw(ben, found)).status).toBe(200);
    expect(await apply(ada, found)).toMatchObject(required);
    await approve(ben, found);
    await approve(ben, found);
    expect(await target.owner.previewApproval.count({ where: { previewId: String(found["id"]) } })).toBe(1);
    expect((await apply(ada, found)).status).toBe(202);
    expect(await withdraw(ben, found)).toMatchObject({ status: 409, body: { code: "preview_applied" } });
  });

  it("is one, though two are given at once; of two applies at once one goes through", async () => {
    const found = await resize();
    const approvals = await Promise.all([approve(ben, found), approve(ben, found)]);
    expect(approvals.map(({ status }) => status)).toEqual([200, 200]);
    const applies = await Promise.all([apply(ada, found), apply(ben, found)]);
    expect(applies.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(await target.owner.operation.count({ where: { previewId: String(found["id"]), kind: "up" } })).toBe(1);
  });

  it("and a withdrawal at the same moment as the apply end in one of two ways, never in a mixture", async () => {
    for (let round = 0; round < 5; round++) {
      const found = await resize();
      await approve(ben, found);
      const [applied, withdrawn] = await Promise.all([apply(ada, found), withdraw(ben, found)]);
      const ends = [applied.status, withdrawn.status];
      expect(
        [
          [202, 409],
          [409, 200],
        ],
        JSON.stringify(ends),
      ).toContainEqual(ends);
    }
  });

  it.each([
    ["left the organization", null],
    ["may no longer change projects", "developer"],
  ] as const)("counts no more once who gave it %s", async (_what, role) => {
    const found = await resize();
    await approve(ben, found);
    await setRole(ben, role);
    expect((await preview(found["id"]))["approval"]).toMatchObject({ approved_by: [] });
    expect(await apply(ada, found)).toMatchObject(required);
  });

  it("does not come back with a member who was removed and added again", async () => {
    const found = await resize();
    await approve(ben, found);
    const member = `/v1/organizations/${organizationId}/members/${ben.id}`;
    expect((await as(ada, member, undefined, "DELETE")).status).toBe(200);
    await setRole(ben, "administrator");
    expect(await apply(ada, found)).toMatchObject(required);
  });

  it("of who left between the apply and its beginning stops it, and the project is as it was", async () => {
    const found = await resize();
    await approve(ben, found);
    const started = await apply(ada, found);
    await setRole(ben, null);
    expect(await ran(started)).toMatchObject({ status: "failed", error: { code: "approval_required" } });
    expect(runner.engine.actions).not.toContain("up");
    expect((await project(found["project_ref"])).body).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
  });

  it("of who left meanwhile leaves no project behind that was to be created", async () => {
    const found = await made("/v1/previews", { name: "Not approved", organization_id: organizationId });
    await approve(ben, found);
    const started = await apply(ada, found);
    await setRole(ben, null);
    expect(await ran(started)).toMatchObject({ status: "failed", error: { code: "approval_required" } });
    expect((await project(found["project_ref"])).status).toBe(404);
  });

  it("of who left after it began does not stop an apply that is interrupted", async () => {
    const found = await resize();
    await approve(ben, found);
    const started = await apply(ada, found);
    const ended = await interrupted(started, () => setRole(ben, null));
    expect(ended).toMatchObject({ status: "succeeded" });
  });
});

describe("a policy that changes in between", () => {
  it("holds for previews that were made before, in both directions", async () => {
    await setPolicy("none");
    const found = await resize();
    expect(found["approval"]).toMatchObject({ required: false });
    await setPolicy("always");
    expect(await apply(ada, found)).toMatchObject(required);
    await setPolicy("destructive");
    expect((await apply(ada, found)).status).toBe(202);
  });

  it.each([
    ["a change", (ref: string) => as(ada, `/v1/projects/${ref}`, { size: "small" }, "PATCH")],
    ["a repair", (ref: string) => as(ada, `/v1/projects/${ref}/drift/repair`, undefined, "POST")],
    ["a pause", (ref: string) => as(ada, `/v1/projects/${ref}/pause`, undefined, "POST")],
    ["a deletion", (ref: string) => as(ada, `/v1/projects/${ref}`, undefined, "DELETE")],
  ])("stops %s that was asked for before and has not begun", async (_what, ask) => {
    await setPolicy("none");
    const ref = await newProject();
    const started = await ask(ref);
    await setPolicy("always");
    expect(await ran(started)).toMatchObject({ status: "failed", error: { code: "approval_required" } });
    expect(runner.engine.calls).toEqual([]);
    expect((await project(ref)).body).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
  });

  it("does not stop a change half-way that was begun before", async () => {
    await setPolicy("none");
    const ref = await newProject();
    const started = await as(ada, `/v1/projects/${ref}`, { size: "small" }, "PATCH");
    expect(await interrupted(started, () => setPolicy("always"))).toMatchObject({ status: "succeeded" });
    expect((await project(ref)).body).toMatchObject({ size: "small" });
  });

  it("does not stop what the platform does by itself", async () => {
    await setPolicy("always");
    const other = await newProject();
    const id = await target.owner.$transaction((tx) =>
      addOperation(tx, PLATFORM, other, "up", "Upgrade", { creates: false, upgrade_to: "v" }),
    );
    await runner.run(id);
    expect(await operation(id)).toMatchObject({ status: "succeeded" });
  });
});

describe("where only what loses data is to be approved", () => {
  beforeEach(() => setPolicy("destructive"));

  it("a preview that loses none is applied by one, one that does is not", async () => {
    const harmless = await resize();
    expect(harmless["approval"]).toMatchObject({ required: false });
    expect(await ran(await apply(ada, harmless))).toMatchObject({ status: "succeeded" });
    runner.engine.behaviour = engine([volume]);
    const harmful = await resize();
    expect(harmful["approval"]).toMatchObject({ required: true });
    expect(await apply(ada, harmful)).toMatchObject(required);
    await approve(ben, harmful);
    const { name } = (await project(harmful["project_ref"])).body;
    expect(await ran(await apply(ada, harmful, { confirm: name }))).toMatchObject({ status: "succeeded" });
  });

  it.each([
    ["change", (ref: string) => as(ada, `/v1/projects/${ref}`, { size: "small" }, "PATCH"), false],
    ["repair", (ref: string) => as(ada, `/v1/projects/${ref}/drift/repair`, undefined, "POST"), true],
    [
      "new password",
      (ref: string) => as(ada, `/v1/projects/${ref}/database/password`, { password: "correct horse battery" }, "PATCH"),
      false,
    ],
  ] as const)("a %s without a preview is looked at, and stopped before it loses any", async (_what, ask, refresh) => {
    const ref = await newProject();
    runner.engine.behaviour = engine([volume]);
    const stopped = await ran(await ask(ref));
    expect(stopped).toMatchObject({ status: "failed", error: { code: "approval_required" } });
    expect(runner.engine.actions).toEqual(["preview"]);
    expect(runner.engine.commands[0]).toMatchObject({ refresh });
    expect((await project(ref)).body).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
    runner.engine.behaviour = engine([{ ...volume, op: "update", destructive: false }]);
    expect(await ran(await ask(ref))).toMatchObject({ status: "succeeded" });
    expect(runner.engine.actions).toEqual(["preview", "preview", "up"]);
  });

  it("the wish itself is what is looked at", async () => {
    const ref = await newProject();
    await ran(await as(ada, `/v1/projects/${ref}`, { extensions: ["hstore"] }, "PATCH"));
    expect(runner.engine.commands[0]).toMatchObject({ action: "preview", spec: { extensions: ["hstore"] } });
  });

  it("a look that fails stops the change", async () => {
    const ref = await newProject();
    const error = { code: "cluster_unreachable", message: "m", next_step: "n" };
    runner.engine.behaviour = () => ({ status: "failed", error });
    expect(await ran(await as(ada, `/v1/projects/${ref}`, { size: "small" }, "PATCH"))).toMatchObject({ error });
    expect((await project(ref)).body).toMatchObject({ size: "micro", status: "ACTIVE_HEALTHY" });
  });

  it("a project that is to be created is not looked at twice: there is nothing to lose", async () => {
    const started = await as(ada, "/v1/projects", { name: "Free", organization_id: organizationId });
    expect(await ran(started)).toMatchObject({ status: "succeeded" });
    expect(runner.engine.actions).toEqual(["up"]);
  });
});

describe("where nothing is to be approved", () => {
  it("nothing is looked at that was not before, and an approval is kept for a stricter day", async () => {
    await setPolicy("none");
    const ref = await newProject();
    await ran(await as(ada, `/v1/projects/${ref}`, { size: "small" }, "PATCH"));
    expect(runner.engine.actions).toEqual(["up"]);
    const found = await resize();
    expect((await approve(ben, found)).body["approval"]).toMatchObject({ required: false, can_approve: false });
    await setPolicy("always");
    expect((await apply(ada, found)).status).toBe(202);
  });
});

describe("the audit log", () => {
  it("has who approved what, and who took it back", async () => {
    const found = await resize();
    await approve(ben, found);
    await withdraw(ben, found);
    const rows = await target.owner.auditEntry.findMany({
      where: { organizationId, actorId: ben.id },
      orderBy: { id: "desc" },
      take: 2,
    });
    expect(rows.map((row) => row.operation)).toEqual(["withdrawApproval", "approvePreview"]);
    expect(rows[1]?.details).toMatchObject({ preview_id: found["id"], digest: found["digest"] });
  });
});
