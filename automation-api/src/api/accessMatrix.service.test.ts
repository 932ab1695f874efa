import { lookDigest } from "@supalove/components/preview/lookDigest.ts";
import { MEMBER_ROLES, type MemberRole } from "@supalove/contracts/api/index.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import { roleAllows, type Scope } from "../auth/roles.ts";
import { DEFAULT_ORGANIZATION } from "../database/seedInstance.ts";
import { recordLook } from "../drift/recordLook.ts";
import type { Route } from "../http/defineRoute.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import {
  addBackupRow,
  addMember,
  addOperationRow,
  addOrganization,
  addPreviewRow,
  addProject,
  addUser,
  TEST_DIGEST,
  type TestUser,
} from "../testing/fixtures.ts";
import { ROUTES } from "./routes/index.ts";

apiOfFile({ dataPlane: { query: async () => [{ one: 1 }] } });
const members = new Map<MemberRole, TestUser>();
let stranger: TestUser;

beforeAll(async () => {
  for (const role of MEMBER_ROLES) {
    const user = await addUser(target.owner, role);
    await addMember(target.owner, DEFAULT_ORGANIZATION, user.id, role);
    members.set(role, user);
  }
  stranger = await addUser(target.owner, "stranger");
  await addOrganization(target.owner, stranger.id);
});

/** Bodies that make each route with a body succeed. */
const BODIES: Readonly<Record<string, (ids: Ids) => unknown>> = {
  updateProject: ({ ref }) => ({ name: `renamed ${ref}` }),
  setDatabasePassword: () => ({ password: "correct horse battery" }),
  runDatabaseQuery: () => ({ query: "select 1" }),
  previewProject: () => ({ size: "small" }),
  applyPreview: ({ preview }) => ({ preview_id: preview }),
  acceptDrift: () => ({ digest: lookDigest([]) }),
  approvePreview: () => ({ digest: TEST_DIGEST }),
  approveProjectPreview: () => ({ digest: TEST_DIGEST }),
  updateOrganization: () => ({ name: "renamed", approval_policy: "none" }),
  addMember: ({ email }) => ({ email, role: "developer" }),
  updateMember: () => ({ role: "read_only" }),
};

/** Routes of the dedicated plan alone. */
const DEDICATED: ReadonlySet<string> = new Set(["getStack", "restartService", "listVersions"]);

interface Ids {
  readonly ref: string;
  readonly operation: string;
  readonly preview: string;
  readonly backup: string;
  readonly organization: string;
  /** A member of it. */
  readonly member: string;
  /** Address of a person who is in no organization. */
  readonly email: string;
}

const UNKNOWN_USER = "00000000-0000-4000-8000-00000000ffff";

const UNKNOWN: Ids = {
  ref: "z".repeat(20),
  operation: `op_${"z".repeat(24)}`,
  preview: `prv_${"z".repeat(24)}`,
  backup: `bak_${"z".repeat(24)}`,
  organization: "no-such-organization",
  member: UNKNOWN_USER,
  email: "nobody@example.com",
};

/** Routes below an organization, a project or an operation: what they name has an organization. */
const OWNED = ROUTES.filter((route) => route.load !== undefined);

interface Unowned {
  /** What somebody has to be allowed in an organization of theirs; absent where everyone who is signed in may. */
  readonly scope?: Scope;
  readonly body?: (who: string) => unknown;
}

/** Named, since somebody may have another organization where they may do more. */
const IN_DEFAULT = { organization_id: DEFAULT_ORGANIZATION };

/** The others: what they give is the caller's own, or nobody's. */
const UNOWNED: Readonly<Record<string, Unowned>> = {
  createProject: { scope: "projects:write", body: (who) => ({ ...IN_DEFAULT, name: `created by ${who}` }) },
  previewNewProject: { scope: "projects:write", body: (who) => ({ ...IN_DEFAULT, name: `previewed by ${who}` }) },
  listProjects: {},
  listOperations: {},
  listBackups: {},
  listOrganizations: {},
  createOrganization: { body: (who) => ({ name: `of ${who}` }) },
  listAccessTokens: {},
  createAccessToken: { body: (who) => ({ name: `of ${who}` }) },
  revokeAccessToken: {},
  getHealth: {},
  getReadiness: {},
};

const routeOf = (operation: string) => ROUTES.find((route) => route.operation === operation) as Route;

/** Calls one of those as somebody; a token that is revoked is one that they just made. */
async function callUnowned(operation: string, user: TestUser, token: string | null = user.token) {
  const route = routeOf(operation);
  const spare =
    operation === "revokeAccessToken" ? await insertAccessToken(target.owner, user.id, "spare", undefined) : null;
  const body = UNOWNED[operation]?.body?.(user.id);
  return api.call(`/v1${route.path.replace("{id}", spare?.row.id ?? "")}`, {
    method: route.method.toUpperCase(),
    token,
    ...(body ? { body } : {}),
  });
}

it("has an entry for every route there is", () => {
  const entries = [...OWNED.map(({ operation }) => operation), ...Object.keys(UNOWNED)];
  expect(entries.sort()).toEqual(ROUTES.map(({ operation }) => operation).sort());
});

/** Calls a route on a fresh project in the state the route wants. */
async function call(route: Route, token: string | null, given?: Ids) {
  const ids = given ?? (await freshProject(route));
  const kinds = [
    ["/previews/{id}", ids.preview],
    ["/backups/{id}", ids.backup],
  ] as const;
  const id = kinds.find(([part]) => route.path.includes(part))?.[1] ?? ids.operation;
  const path = `/v1${route.path
    .replace("{ref}", ids.ref)
    .replace("{id}", id)
    .replace("{service}", "rest")
    .replace("{slug}", ids.organization)
    .replace("{user_id}", ids.member)}`;
  const body = BODIES[route.operation]?.(ids);
  const signal = route.kind === "stream" ? { headers: { Accept: "text/event-stream" } } : {};
  return api.call(path, { method: route.method.toUpperCase(), token, ...(body ? { body } : {}), ...signal });
}

async function freshProject(route: Route): Promise<Ids> {
  const status = route.operation === "restoreProject" ? "INACTIVE" : "ACTIVE_HEALTHY";
  const dedicated = DEDICATED.has(route.operation);
  const ref = await addProject(target.owner, { status, dedicated });
  // The runner looks at stacks; here nobody does.
  if (dedicated) await target.owner.stackView.create({ data: { projectRef: ref, checkedAt: new Date() } });
  // A stream ends with its operation; the others want one that has not ended.
  const operation = route.kind === "stream" ? { status: "succeeded" } : {};
  const id = await addOperationRow(target.owner, ref, operation);
  // Only what was found can be accepted.
  await target.owner.$transaction((tx) => recordLook(tx, ref, []));
  const preview = await addPreviewRow(target.owner, ref);
  const email = `${ref}@example.com`;
  const member = await addUser(target.owner, `member for ${ref}`);
  await addMember(target.owner, DEFAULT_ORGANIZATION, member.id, "developer");
  await addUser(target.owner, `person for ${ref}`, email);
  const backup = await addBackupRow(target.owner, ref);
  return { ref, operation: id, preview, backup, organization: DEFAULT_ORGANIZATION, member: member.id, email };
}

/** An answer without what differs from request to request. */
const comparable = ({ status, body }: { status: number; body: Record<string, unknown> }) => {
  const { request_id: _, ...rest } = body;
  return { status, rest };
};

describe.each(OWNED.map((route) => [route.operation, route] as const))("%s", (_operation, route) => {
  it.each(MEMBER_ROLES)("as %s", async (role) => {
    const user = members.get(role) as TestUser;
    // The stream's body is no JSON; its status says enough.
    const answer = await call(route, user.token).catch((error: unknown) => error);
    const allowed = roleAllows(role, route.scope as Scope);
    if (answer instanceof SyntaxError) expect(allowed).toBe(true);
    else if (allowed) expect(answer).toMatchObject({ status: route.response.status });
    else expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  it("answers about a foreign one exactly like about an unknown one", async () => {
    const foreign = await call(route, stranger.token);
    const unknown = await call(route, stranger.token, UNKNOWN);
    expect(foreign.status).toBe(404);
    expect(comparable(foreign)).toEqual(comparable(unknown));
  });

  it("answers 401 without a token, and to one that is unknown", async () => {
    expect((await call(route, null)).status).toBe(401);
    expect((await call(route, `sbp_${"0".repeat(40)}`)).status).toBe(401);
  });
});

describe("lists", () => {
  it.each(["/v1/projects", "/v1/operations", "/v1/backups"])("%s shows a stranger nothing of others", async (path) => {
    expect((await api.call(path, { token: stranger.token })).list).toEqual([]);
    expect((await api.call(path)).list.length).toBeGreaterThan(0);
  });

  it("do not find a foreign project's operations by its ref", async () => {
    const { ref } = await freshProject(OWNED[0] as Route);
    expect((await api.call(`/v1/operations?project_ref=${ref}`)).list).toHaveLength(2);
    expect((await api.call(`/v1/operations?project_ref=${ref}`, { token: stranger.token })).list).toEqual([]);
  });

  it("do not find a foreign project's backups by its ref, nor anybody one that has expired", async () => {
    const { ref, backup } = await freshProject(OWNED[0] as Route);
    const list = async (token?: string) =>
      (await api.call(`/v1/backups?project_ref=${ref}`, token === undefined ? {} : { token })).list;
    expect(await list()).toMatchObject([{ id: backup, project_ref: ref, reason: "destroy", bytes: 3 }]);
    expect(await list(stranger.token)).toEqual([]);
    await target.owner.backup.update({ where: { id: backup }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await list()).toEqual([]);
    expect(await api.call(`/v1/backups/${backup}`)).toMatchObject({ status: 404, body: { code: "backup_not_found" } });
  });

  it("show one's own organizations and tokens alone", async () => {
    const mine = await api.call("/v1/organizations", { token: stranger.token });
    expect(mine.list).toHaveLength(1);
    expect(mine.list[0]?.["id"]).not.toBe(DEFAULT_ORGANIZATION);
    expect((await api.call("/v1/access-tokens", { token: stranger.token })).list).toHaveLength(1);
  });
});

describe.each(Object.entries(UNOWNED))("%s", (operation, { scope }) => {
  it.each(MEMBER_ROLES)("as %s", async (role) => {
    const answer = await callUnowned(operation, members.get(role) as TestUser);
    const allowed = scope === undefined || roleAllows(role, scope);
    expect(answer.status).toBe(allowed ? routeOf(operation).response.status : 403);
  });

  it("answers 401 without a token, and to one that is unknown, unless it is for everybody", async () => {
    const expected = routeOf(operation).scope === undefined ? 200 : 401;
    const owner = members.get("owner") as TestUser;
    expect((await callUnowned(operation, owner, null)).status).toBe(expected);
    expect((await callUnowned(operation, owner, `sbp_${"0".repeat(40)}`)).status).toBe(expected);
  });
});

describe.each([
  ["createProject", "/v1/projects"],
  ["previewNewProject", "/v1/previews"],
] as const)("%s", (_operation, path) => {
  it("refuses a foreign organization like an unknown one", async () => {
    const make = (organization_id: string) =>
      api.call(path, { body: { name: "x", organization_id }, token: stranger.token });
    const foreign = await make(DEFAULT_ORGANIZATION);
    expect(foreign.status).toBe(404);
    expect(comparable(foreign)).toEqual(comparable(await make("no-such-organization")));
  });
});

describe("what somebody makes for themselves", () => {
  it("is an organization that they alone are in", async () => {
    const reader = members.get("read_only") as TestUser;
    const { body } = await callUnowned("createOrganization", reader);
    expect((await api.call(`/v1/organizations/${body["id"]}`, { token: reader.token })).body).toMatchObject({
      role: "owner",
    });
    expect((await api.call(`/v1/organizations/${body["id"]}`, { token: stranger.token })).status).toBe(404);
    expect((await api.call(`/v1/organizations/${body["id"]}`)).status).toBe(404);
  });

  it("is a token that may no more than they", async () => {
    const reader = members.get("read_only") as TestUser;
    const { body } = await callUnowned("createAccessToken", reader);
    const token = String(body["token"]);
    const organizations = async (given: string) => (await api.call("/v1/organizations", { token: given })).list;
    expect(await organizations(token)).toEqual(await organizations(reader.token));
    expect(
      (await api.call("/v1/projects", { body: { name: "x", organization_id: DEFAULT_ORGANIZATION }, token })).status,
    ).toBe(403);
  });
});

describe("createProject", () => {
  it("takes the organization where the caller may, when none is named", async () => {
    const reader = await addUser(target.owner, "reader and owner");
    await addMember(target.owner, DEFAULT_ORGANIZATION, reader.id, "read_only");
    const own = await addOrganization(target.owner, reader.id);
    const answer = await api.call("/v1/projects", { body: { name: "mine" }, token: reader.token });
    expect(answer.body).toMatchObject({ organization_id: own });
  });
});

describe("revokeAccessToken", () => {
  it("does not revoke somebody else's", async () => {
    const [mine] = (await api.call("/v1/access-tokens")).list;
    const answer = await api.call(`/v1/access-tokens/${mine?.["id"]}`, { method: "DELETE", token: stranger.token });
    expect(answer.status).toBe(404);
    expect((await api.call("/v1/projects")).status).toBe(200);
  });
});
