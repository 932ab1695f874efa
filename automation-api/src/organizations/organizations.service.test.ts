import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_ORGANIZATION, LOCAL_ADMIN } from "../database/seedInstance.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import {
  addMember,
  addOperationRow,
  addOrganization,
  addProject,
  addUser,
  type TestUser,
} from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { LOOKUPS_AN_HOUR } from "./addressLookups.ts";

apiOfFile();
let count = 0;
let ada: TestUser;
let ben: TestUser;
let id: string;
const opened: AbortController[] = [];

beforeEach(async () => {
  const word = `${Date.now()}-${++count}`;
  ada = await addUser(target.owner, `Ada ${word}`, `ada-${word}@example.com`);
  ben = await addUser(target.owner, `Ben ${word}`, `Ben.Two-${word}@Example.com`);
  id = await addOrganization(target.owner, ada.id);
});
afterAll(() => {
  for (const stream of opened) stream.abort();
});

type Body = Record<string, unknown>;
const as = (user: TestUser, path: string, body?: Body, method?: string) =>
  api.call(`/v1/organizations${path}`, { token: user.token, ...(body ? { body } : {}), ...(method ? { method } : {}) });
const emailOf = async (user: TestUser) => (await target.owner.user.findUniqueOrThrow({ where: { id: user.id } })).email;
const add = async (user: TestUser, role?: string) =>
  as(ada, `/${id}/members`, { email: await emailOf(user), ...(role ? { role } : {}) });
const remove = (by: TestUser, who: TestUser) => as(by, `/${id}/members/${who.id}`, undefined, "DELETE");

describe("an organization", () => {
  it("is shown with its policy, and which of its members the caller is", async () => {
    expect((await as(ada, `/${id}`)).body).toEqual({
      ...{ id, slug: id, name: id, approval_policy: "none", role: "owner" },
      user_id: ada.id,
    });
    await addMember(target.owner, id, ben.id, "read_only");
    expect((await as(ben, `/${id}`)).body).toMatchObject({ role: "read_only", user_id: ben.id });
  });

  it("is changed by an owner, and the audit log has it", async () => {
    const changed = await as(ada, `/${id}`, { approval_policy: "always" }, "PATCH");
    expect(changed).toMatchObject({ status: 200, body: { name: id, approval_policy: "always" } });
    expect((await as(ada, `/${id}`, { name: "Us" }, "PATCH")).body).toMatchObject({
      name: "Us",
      approval_policy: "always",
    });
    const rows = await target.owner.auditEntry.findMany({ where: { organizationId: id }, orderBy: { id: "asc" } });
    expect(rows.map(({ operation, actorId, details }) => [operation, actorId, details])).toEqual([
      ["updateOrganization", ada.id, { name: id, policy_before: "none", policy: "always" }],
      ["updateOrganization", ada.id, { name: "Us", policy_before: "always", policy: "always" }],
    ]);
  });

  it.each(["administrator", "developer", "read_only"] as const)(
    "is not changed by a member who is %s",
    async (role) => {
      await addMember(target.owner, id, ben.id, role);
      for (const answer of [
        await as(ben, `/${id}`, { approval_policy: "none" }, "PATCH"),
        await as(ben, `/${id}/members`, { email: "x@example.com" }),
        await as(ben, `/${id}/members/${ben.id}`, { role: "owner" }, "PATCH"),
        await as(ben, `/${id}/members/${ada.id}`, { role: "read_only" }, "PATCH"),
        await remove(ben, ada),
      ]) {
        expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      }
    },
  );

  it("refuses an empty change and a policy that does not exist", async () => {
    for (const body of [{}, { approval_policy: "sometimes" }, { approval_policy: null }, { id: "other" }]) {
      expect(await as(ada, `/${id}`, body, "PATCH")).toMatchObject({ status: 400, body: { code: "invalid_input" } });
    }
  });
});

describe("members", () => {
  it("are added by the address that they signed in with, and listed as the Management API lists them", async () => {
    const added = await add(ben, "administrator");
    expect(added).toMatchObject({ status: 201, body: { user_id: ben.id, role: "administrator" } });
    expect(await add(ben)).toMatchObject({ status: 409, body: { code: "already_member" } });
    expect((await as(ben, `/${id}/members`)).list).toMatchObject([
      { user_id: ada.id, role_name: "Owner", mfa_enabled: false },
      { user_id: ben.id, role_name: "Administrator", email: await emailOf(ben) },
    ]);
    expect((await api.call("/v1/organizations", { token: ben.token })).list.map((o) => o["id"])).toEqual([id]);
  });

  it("are found however the address is written, and by the whole of it alone", async () => {
    const email = String(await emailOf(ben));
    expect((await as(ada, `/${id}/members`, { email: email.replaceAll(/./g, "_") })).status).toBe(400);
    expect((await as(ada, `/${id}/members`, { email: email.replace(".Two", "_two") })).status).toBe(404);
    expect((await as(ada, `/${id}/members`, { email: email.toUpperCase() })).status).toBe(201);
  });

  it("can't be people who never signed in, nor an address that two had", async () => {
    const answer = await as(ada, `/${id}/members`, { email: "nobody@example.com" });
    expect(answer).toMatchObject({ status: 404, body: { code: "person_not_found" } });
    expect(String(answer.body["next_step"])).toMatch(/sign in/);
    await addUser(target.owner, `Impostor of ${ben.id}`, String(await emailOf(ben)).toLowerCase());
    expect(await add(ben)).toMatchObject({ status: 404, body: { code: "person_not_found" } });
  });

  it("are not asked for without end: a list of addresses can't be tried", async () => {
    const ask = (n: number) => as(ada, `/${id}/members`, { email: `guess-${n}@example.com` });
    for (let n = 0; n < LOOKUPS_AN_HOUR; n++) expect((await ask(n)).status).toBe(404);
    expect(await ask(-1)).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
    expect(await add(ben)).toMatchObject({ status: 429 });
  });

  it("are another organization's secret", async () => {
    const other = await addOrganization(target.owner, ben.id);
    for (const [path, body, method] of [
      [`/${other}`, undefined, "GET"],
      [`/${other}`, { approval_policy: "none" }, "PATCH"],
      [`/${other}/members`, undefined, "GET"],
      [`/${other}/members`, { email: await emailOf(ada) }, "POST"],
      [`/${other}/members/${ben.id}`, { role: "read_only" }, "PATCH"],
      [`/${other}/members/${ada.id}`, undefined, "DELETE"],
    ] as const) {
      const answer = await as(ada, path, body, method);
      expect(answer, path).toMatchObject({ status: 404, body: { code: "organization_not_found" } });
    }
    // A member of one's own is not found through another's id, nor the other way round.
    expect(await as(ada, `/${id}/members/${ben.id}`, undefined, "DELETE")).toMatchObject({
      body: { code: "member_not_found" },
    });
  });

  it("get another role, which holds with the next request", async () => {
    await add(ben, "read_only");
    const ref = await addProject(target.owner, { organizationId: id });
    const rename = () => api.call(`/v1/projects/${ref}`, { method: "PATCH", body: { name: "x" }, token: ben.token });
    expect((await rename()).status).toBe(403);
    const changed = await as(ada, `/${id}/members/${ben.id}`, { role: "administrator" }, "PATCH");
    expect(changed).toMatchObject({ status: 200, body: { role: "administrator", role_name: "Administrator" } });
    expect((await rename()).status).toBe(200);
    expect(await as(ben, `/${id}/members/${ben.id}`, { role: "owner" }, "PATCH")).toMatchObject({ status: 403 });
  });
});

describe("the last owner", () => {
  const last = { status: 409, body: { code: "last_owner" } };

  it("neither goes nor gets another role", async () => {
    await add(ben, "administrator");
    expect(await remove(ada, ada)).toMatchObject(last);
    expect(await as(ada, `/${id}/members/${ada.id}`, { role: "administrator" }, "PATCH")).toMatchObject(last);
    expect((await as(ada, `/${id}/members/${ben.id}`, { role: "owner" }, "PATCH")).status).toBe(200);
    expect((await remove(ada, ada)).status).toBe(200);
    expect((await as(ben, `/${id}/members`)).list).toHaveLength(1);
  });

  it("is one, though two owners leave at once", async () => {
    await add(ben, "owner");
    const answers = await Promise.all([remove(ada, ada), remove(ben, ben)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await target.owner.member.count({ where: { organizationId: id, role: "owner" } })).toBe(1);
  });

  it("is one, though two owners remove each other at once", async () => {
    await add(ben, "owner");
    const answers = await Promise.all([remove(ada, ben), remove(ben, ada)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });
});

describe("a member who is removed", () => {
  it("is out with the next request, whatever they hold", async () => {
    await add(ben, "administrator");
    const ref = await addProject(target.owner, { organizationId: id });
    const reach = () => api.call(`/v1/projects/${ref}`, { token: ben.token });
    expect((await reach()).status).toBe(200);
    expect((await remove(ada, ben)).status).toBe(200);
    expect((await reach()).status).toBe(404);
    expect((await api.call("/v1/projects", { token: ben.token })).list).toEqual([]);
    expect((await as(ben, `/${id}`)).status).toBe(404);
  });

  it("may be who leaves", async () => {
    await add(ben, "read_only");
    expect((await remove(ben, ben)).status).toBe(200);
    expect((await as(ben, `/${id}`)).status).toBe(404);
  });

  async function follow(user: TestUser, operation: string) {
    const abort = new AbortController();
    opened.push(abort);
    const response = await fetch(`${api.url}/v1/operations/${operation}/events`, {
      headers: { Authorization: `Bearer ${user.token}` },
      signal: abort.signal,
    });
    expect(response.status).toBe(200);
    const seen = { text: "", ended: false };
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) seen.text += decoder.decode(chunk as Uint8Array);
      seen.ended = true;
    })().catch(() => undefined);
    await sleepUntil(() => seen.text.includes("queued"), "the stream began");
    return seen;
  }

  it("sees no more of what they follow, while others follow on", async () => {
    await add(ben, "developer");
    const operation = await addOperationRow(target.owner, await addProject(target.owner, { organizationId: id }));
    const [hers, his] = [await follow(ada, operation), await follow(ben, operation)];
    const started = performance.now();
    await remove(ada, ben);
    await sleepUntil(() => his.ended, "his stream ended");
    expect(performance.now() - started).toBeLessThan(3_000);
    const event = { type: "phase", phase: "secret", message: "not for him" };
    await target.owner.operationEvent.create({ data: { operationId: operation, seq: 2, event } });
    await sleepUntil(() => hers.text.includes("not for him"), "her event came");
    expect(hers.ended).toBe(false);
    expect(his.text).not.toContain("not for him");
    const again = await fetch(`${api.url}/v1/operations/${operation}/events`, {
      headers: { Authorization: `Bearer ${ben.token}` },
    });
    expect(again.status).toBe(404);
  });

  it("keeps what they follow elsewhere, and a weaker role ends nothing that it allows", async () => {
    await add(ben, "administrator");
    const operation = await addOperationRow(target.owner, await addProject(target.owner, { organizationId: id }));
    const seen = await follow(ben, operation);
    await as(ada, `/${id}/members/${ben.id}`, { role: "read_only" }, "PATCH");
    const event = { type: "phase", phase: "p", message: "still for him" };
    await target.owner.operationEvent.create({ data: { operationId: operation, seq: 2, event } });
    await sleepUntil(() => seen.text.includes("still for him"), "his event came");
    expect(seen.ended).toBe(false);
  });
});

describe("organization default", () => {
  it("has the local admin as an owner without an address", async () => {
    const { list } = await api.call(`/v1/organizations/${DEFAULT_ORGANIZATION}/members`);
    const [admin] = list;
    expect(admin).toMatchObject({ user_id: LOCAL_ADMIN, role: "owner" });
    expect(admin).not.toHaveProperty("email");
  });
});
