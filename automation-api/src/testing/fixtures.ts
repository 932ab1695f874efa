import { newProjectRef, sealSecret } from "@supalove/contracts";
import type { MemberRole } from "@supalove/contracts/api/index.ts";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import { newOrganizationId } from "../auth/ensureOidcUser.ts";
import type { Database } from "../database/client.ts";
import { DEFAULT_CLUSTER, DEFAULT_ORGANIZATION, LOCAL_ADMIN } from "../database/seedInstance.ts";
import { newId } from "../ids/newId.ts";
import { PROJECT_SECRETS, projectSecretContext } from "../secrets/contexts.ts";
import { testKeyring } from "./testEnv.ts";

export interface TestUser {
  readonly id: string;
  readonly token: string;
}

/** A user with a token, in no organization. */
export async function addUser(owner: Database, displayName: string): Promise<TestUser> {
  const { id } = await owner.user.create({ data: { kind: "oidc", subject: `subject of ${displayName}`, displayName } });
  const { token } = await insertAccessToken(owner, id, "test", undefined);
  return { id, token };
}

/** An organization with one member. */
export async function addOrganization(owner: Database, userId: string): Promise<string> {
  const id = newOrganizationId();
  await owner.organization.create({ data: { id, name: id, members: { create: { userId, role: "owner" } } } });
  return id;
}

export async function addMember(
  owner: Database,
  organizationId: string,
  userId: string,
  role: MemberRole,
): Promise<void> {
  await owner.member.create({ data: { organizationId, userId, role } });
}

/** A project as it stands once it is up, its secrets named after themselves. */
export async function addProject(
  owner: Database,
  fields: { name?: string; status?: string; organizationId?: string; secrets?: boolean } = {},
): Promise<string> {
  const ref = newProjectRef();
  const name = fields.name ?? ref;
  await owner.project.create({
    data: {
      ref,
      organizationId: fields.organizationId ?? DEFAULT_ORGANIZATION,
      name,
      nameKey: name,
      plan: "shared",
      backendType: "shared_cluster",
      size: "micro",
      region: "local",
      dbName: `db_${ref}`,
      status: fields.status ?? "ACTIVE_HEALTHY",
      clusterId: DEFAULT_CLUSTER,
      createdBy: LOCAL_ADMIN,
    },
  });
  if (fields.secrets !== false) {
    for (const secret of PROJECT_SECRETS.filter((s) => !s.startsWith("imported_"))) {
      const sealed = await sealSecret(testKeyring, projectSecretContext(ref, secret), `the-${secret}-of-${ref}`);
      await owner.projectSecret.create({ data: { projectRef: ref, name: secret, sealed } });
    }
  }
  return ref;
}

/** An operation; a queued one gets its job by the trigger. */
export async function addOperationRow(
  owner: Database,
  projectRef: string,
  fields: { kind?: string; status?: string; creates?: boolean; statusIfCancelled?: string } = {},
): Promise<string> {
  const id = newId("op");
  const status = fields.status ?? "queued";
  const final = ["succeeded", "failed", "cancelled"].includes(status);
  await owner.operation.create({
    data: {
      id,
      kind: fields.kind ?? "up",
      projectRef,
      status,
      actor: "test",
      summary: "test",
      input: { creates: fields.creates ?? false, status_if_cancelled: fields.statusIfCancelled ?? "ACTIVE_HEALTHY" },
      ...(final ? { finishedAt: new Date() } : {}),
    },
  });
  await owner.operationEvent.create({ data: { operationId: id, seq: 1, event: { type: "status", status: "queued" } } });
  return id;
}
