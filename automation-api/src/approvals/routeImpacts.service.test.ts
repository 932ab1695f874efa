import type { ApprovalPolicy } from "@supalove/contracts/api/index.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "../api/routes/index.ts";
import { recordLook } from "../drift/recordLook.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import {
  addOperationRow,
  addOrganization,
  addPreviewRow,
  addProject,
  addUser,
  type TestUser,
} from "../testing/fixtures.ts";

/*
 * Every route that is not a mere look, and how it treats an organization that wants a second person. A route that is not in
 * here fails the first test: whoever adds one has to say what it does to a project.
 */

apiOfFile({ dataPlane: { query: async () => [] } });

interface Treatment {
  /** What the route declares. */
  readonly impact: "none" | "run" | "change" | "destroy" | "depends";
  /** Policies under which one call is refused; to be shown for those that declare more than `none`. */
  readonly refused: readonly ApprovalPolicy[];
}

const FREE: Treatment = { impact: "none", refused: [] };
const CHANGE: Treatment = { impact: "change", refused: ["always"] };

const TREATMENTS: Readonly<Record<string, Treatment>> = {
  // People, tokens, organizations: no project is touched. That owners alone may change the policy is another rule.
  createOrganization: FREE,
  updateOrganization: FREE,
  addMember: FREE,
  updateMember: FREE,
  removeMember: FREE,
  createAccessToken: FREE,
  revokeAccessToken: FREE,
  // Looks, and what is written about them.
  previewNewProject: FREE,
  previewProject: FREE,
  checkDrift: FREE,
  acceptDrift: FREE,
  approvePreview: FREE,
  approveProjectPreview: FREE,
  withdrawApproval: FREE,
  withdrawProjectApproval: FREE,
  // What waits or runs was approved by somebody; calling it off was nobody's plan to be.
  cancelOperation: FREE,
  // SQL is a developer's right of its own: approvals are about what the platform does to a project.
  runDatabaseQuery: FREE,
  pauseProject: { impact: "run", refused: ["always"] },
  restartService: { impact: "run", refused: ["always"] },
  restoreProject: CHANGE,
  createProject: { impact: "depends", refused: ["always"] },
  updateProject: CHANGE,
  repairDrift: CHANGE,
  setDatabasePassword: CHANGE,
  deleteProject: { impact: "destroy", refused: ["destructive", "always"] },
  // Of the preview, not of the call.
  applyPreview: { impact: "depends", refused: ["always"] },
};

const BODIES: Readonly<Record<string, (preview: string) => unknown>> = {
  createProject: () => ({ name: `project ${Math.random()}` }),
  updateProject: () => ({ size: "small" }),
  setDatabasePassword: () => ({ password: "correct horse battery" }),
  applyPreview: (preview) => ({ preview_id: preview }),
};

const changing = ROUTES.filter((route) => route.method !== "get");
let owner: TestUser;
const organizations = new Map<ApprovalPolicy, string>();

beforeAll(async () => {
  owner = await addUser(target.owner, "owner");
  for (const policy of ["none", "destructive", "always"] as const) {
    const id = await addOrganization(target.owner, owner.id);
    await target.owner.organization.update({ where: { id }, data: { approvalPolicy: policy } });
    organizations.set(policy, id);
  }
});

describe("every route that is no mere look", () => {
  it("says how it treats the policy", () => {
    expect(changing.map(({ operation }) => operation).sort()).toEqual(Object.keys(TREATMENTS).sort());
  });

  it.each(changing.map((route) => [route.operation, route] as const))("%s declares it", (operation, route) => {
    const declared = route.kind === "change" ? route.impact : "none";
    expect(declared).toBe(TREATMENTS[operation]?.impact);
  });
});

const touching = changing.filter(({ operation }) => TREATMENTS[operation]?.impact !== "none");

describe.each(touching.map((route) => [route.operation, route] as const))("%s", (operation, route) => {
  it.each(["none", "destructive", "always"] as const)("where the policy is %s", async (policy) => {
    const organizationId = organizations.get(policy) as string;
    const status = operation === "restoreProject" ? "ACTIVE_UNHEALTHY" : "ACTIVE_HEALTHY";
    const ref = await addProject(target.owner, { status, organizationId, dedicated: operation === "restartService" });
    await target.owner.$transaction((tx) => recordLook(tx, ref, []));
    const preview = await addPreviewRow(target.owner, ref, { actorId: owner.id });
    const before = await target.owner.operation.count({ where: { project: { organizationId } } });
    const given = BODIES[operation]?.(preview) as Record<string, unknown> | undefined;
    const body = operation === "createProject" ? { ...given, organization_id: organizationId } : given;
    const answer = await api.call(`/v1${route.path.replace("{ref}", ref).replace("{service}", "rest")}`, {
      method: route.method.toUpperCase(),
      token: owner.token,
      ...(body === undefined ? {} : { body }),
    });
    if (!TREATMENTS[operation]?.refused.includes(policy)) {
      expect(answer.status, JSON.stringify(answer.body)).toBe(route.response.status);
      return;
    }
    expect(answer).toMatchObject({ status: 409, body: { code: "approval_required" } });
    expect(String(answer.body["next_step"])).toMatch(/approve/);
    expect(await target.owner.operation.count({ where: { project: { organizationId } } })).toBe(before);
  });
});

describe("ways back", () => {
  it.each([["INACTIVE"], ["ACTIVE_UNHEALTHY"], ["INIT_FAILED"]] as const)(
    "of a project that is %s are closed where everything is to be approved",
    async (status) => {
      const organizationId = organizations.get("always") as string;
      const ref = await addProject(target.owner, { status, organizationId });
      const answer = await api.call(`/v1/projects/${ref}/restore`, { method: "POST", token: owner.token });
      expect(answer).toMatchObject({ status: 409, body: { code: "approval_required" } });
    },
  );

  it("an operation that waits can be cancelled by one", async () => {
    const organizationId = organizations.get("always") as string;
    const ref = await addProject(target.owner, { organizationId });
    const id = await addOperationRow(target.owner, ref);
    const answer = await api.call(`/v1/operations/${id}/cancel`, { method: "POST", token: owner.token });
    expect(answer.status).toBe(202);
  });
});
