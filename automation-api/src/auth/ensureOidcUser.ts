import { newProjectRef } from "@supalove/contracts";
import type { Database, Transaction } from "../database/client.ts";
import { isUniqueViolation } from "../database/failures.ts";
import { DEFAULT_ORGANIZATION } from "../database/seedInstance.ts";
import type { OidcIdentity } from "./keycloakToken.ts";

interface KnownUser {
  readonly id: string;
  readonly displayName: string;
}

/**
 * The user of an identity; on first use made together with an organization of their own, so that they can work at once.
 * People who run the platform become owners of organization `default` instead.
 */
export async function ensureOidcUser(database: Database, identity: OidcIdentity): Promise<KnownUser> {
  const known = await findUser(database, identity.subject);
  if (known) return known;
  try {
    return await database.$transaction((tx) => createUser(tx, identity));
  } catch (error) {
    // Two first requests at once: the other one was faster.
    const winner = isUniqueViolation(error) ? await findUser(database, identity.subject) : null;
    if (winner) return winner;
    throw error;
  }
}

const findUser = (db: Database | Transaction, subject: string): Promise<KnownUser | null> =>
  db.user.findUnique({ where: { subject }, select: { id: true, displayName: true } });

async function createUser(
  tx: Transaction,
  { subject, email, displayName, platformAdmin }: OidcIdentity,
): Promise<KnownUser> {
  const user = await tx.user.create({ data: { kind: "oidc", subject, email: email ?? null, displayName } });
  const organizationId = platformAdmin ? DEFAULT_ORGANIZATION : await createOwnOrganization(tx, displayName);
  await tx.member.create({ data: { organizationId, userId: user.id, role: "owner" } });
  return user;
}

async function createOwnOrganization(tx: Transaction, displayName: string): Promise<string> {
  const id = newOrganizationId();
  await tx.organization.create({ data: { id, name: `${displayName.slice(0, 40)}'s organization` } });
  return id;
}

/** Organization ids are opaque like project refs: 20 lower-case letters. */
export function newOrganizationId(): string {
  return newProjectRef();
}
