import { newProjectRef, sealSecret } from "@supalove/contracts";
import type { MemberRole } from "@supalove/contracts/api/index.ts";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import { newOrganizationId } from "../auth/ensureOidcUser.ts";
import type { Database } from "../database/client.ts";
import { DEFAULT_CLUSTER, DEFAULT_ORGANIZATION, DEFAULT_SERVER, LOCAL_ADMIN } from "../database/seedInstance.ts";
import { newId } from "../ids/newId.ts";
import { PROJECT_SECRETS, projectSecretContext } from "../secrets/contexts.ts";
import { testKeyring } from "./testEnv.ts";

export interface TestUser {
  readonly id: string;
  readonly token: string;
}

/** A user with a token, in no organization. */
export async function addUser(owner: Database, displayName: string, email?: string): Promise<TestUser> {
  const subject = `subject of ${displayName}`;
  const { id } = await owner.user.create({ data: { kind: "oidc", subject, displayName, email: email ?? null } });
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

const SHARED = { plan: "shared", backendType: "shared_cluster", clusterId: DEFAULT_CLUSTER };
const DEDICATED = {
  plan: "dedicated",
  backendType: "dedicated_stack",
  serverId: DEFAULT_SERVER,
  stack: {
    services: ["rest", "meta"],
    postgresSettings: {},
    routes: [],
    publishDatabase: false,
    images: { db: "test/db:1", rest: "test/rest:1", meta: "test/meta:1", gateway: "test/gateway:1" },
  },
};

/** Ports for dedicated projects, beyond those that the test server gives out by itself. */
let ports = 6000;

/** A project as it stands once it is up, its secrets named after themselves; a dedicated one has its ports. */
export async function addProject(
  owner: Database,
  fields: { name?: string; status?: string; organizationId?: string; secrets?: boolean; dedicated?: boolean } = {},
): Promise<string> {
  const ref = newProjectRef();
  const name = fields.name ?? ref;
  const place = fields.dedicated === true ? DEDICATED : SHARED;
  await owner.project.create({
    data: {
      ref,
      organizationId: fields.organizationId ?? DEFAULT_ORGANIZATION,
      name,
      nameKey: name,
      ...place,
      size: "micro",
      region: "local",
      dbName: fields.dedicated === true ? "postgres" : `db_${ref}`,
      status: fields.status ?? "ACTIVE_HEALTHY",
      createdBy: LOCAL_ADMIN,
    },
  });
  if (fields.dedicated === true) {
    const lease = (purpose: string) => ({ serverId: DEFAULT_SERVER, port: ports++, projectRef: ref, purpose });
    await owner.portLease.createMany({ data: [lease("gateway"), lease("database")] });
  }
  if (fields.secrets !== false) {
    for (const secret of PROJECT_SECRETS.filter((s) => !/^(imported|previous)_/.test(s))) {
      const sealed = await sealSecret(testKeyring, projectSecretContext(ref, secret), `the-${secret}-of-${ref}`);
      await owner.projectSecret.create({ data: { projectRef: ref, name: secret, sealed } });
    }
  }
  return ref;
}

/** Digest of a preview that says none. */
export const TEST_DIGEST = `sha256:${"0".repeat(64)}`;

export interface PreviewFields {
  readonly kind?: "create" | "change" | "delete";
  /** Status of the operation that makes it; what it found is there when that succeeded. */
  readonly made?: string;
  readonly wished?: Record<string, unknown>;
  readonly destructive?: boolean;
  readonly organizationId?: string;
  readonly digest?: string;
  /** Who asked for it; nobody that is known by default. */
  readonly actorId?: string;
}

/** A preview with the operation that makes it. The project is there, unless it is one of a creation. */
export async function addPreviewRow(owner: Database, ref: string, fields: PreviewFields = {}): Promise<string> {
  const { kind = "change", made = "succeeded", destructive = kind === "delete" } = fields;
  const id = newId("prv");
  const project = await owner.project.findUnique({ where: { ref } });
  const name = `planned ${ref}`;
  const plan = { name, plan: "shared", size: "micro", region: "local", extensions: [], clusterId: DEFAULT_CLUSTER };
  await owner.preview.create({
    data: {
      id,
      kind,
      organizationId: fields.organizationId ?? project?.organizationId ?? DEFAULT_ORGANIZATION,
      projectRef: ref,
      wished: { kind, ...(kind === "create" ? plan : {}), ...fields.wished },
      stateVersion: project?.stateVersion ?? 0,
      destructive,
      actor: "test",
      actorId: fields.actorId ?? null,
      ...(made === "succeeded" ? { digest: fields.digest ?? TEST_DIGEST, summary: "something happens" } : {}),
    },
  });
  const projectRef = kind === "create" ? null : ref;
  const final = ["succeeded", "failed", "cancelled"].includes(made);
  await owner.operation.create({
    data: {
      id: newId("op"),
      kind: "preview",
      projectRef,
      previewId: id,
      status: made,
      actor: "test",
      summary: "test",
      input: { creates: false },
      ...(final ? { finishedAt: new Date() } : {}),
    },
  });
  return id;
}

/** A backup of a project, whose file nobody asks for. */
export async function addBackupRow(owner: Database, projectRef: string): Promise<string> {
  const id = newId("bak");
  const { organizationId, name: projectName } = await owner.project.findUniqueOrThrow({ where: { ref: projectRef } });
  const now = new Date();
  await owner.backup.create({
    data: {
      ...{ id, operationId: newId("op"), projectRef, organizationId, projectName, reason: "destroy" },
      ...{ bytes: 3, sha256: "0".repeat(64), createdAt: now, verifiedAt: now },
      expiresAt: new Date(now.getTime() + 3_600_000),
    },
  });
  return id;
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
