import type { MemberRole } from "@supalove/contracts/api/index.ts";

/** What a route asks of its caller. `account` is open to everyone who is signed in; the rest to roles. */
export type Scope =
  | "account"
  | "projects:read"
  | "projects:write"
  | "projects:delete"
  | "secrets:read"
  | "database:write"
  | "operations:read"
  | "operations:write"
  | "organization:read"
  | "organization:write";

const READ: readonly Scope[] = ["account", "organization:read", "projects:read", "operations:read"];
const DEVELOP: readonly Scope[] = [...READ, "secrets:read", "database:write"];
const ADMINISTER: readonly Scope[] = [...DEVELOP, "projects:write", "projects:delete", "operations:write"];

const ROLE_SCOPES: Readonly<Record<MemberRole, ReadonlySet<Scope>>> = {
  // Who else is in it, and whether changes need a second person, is the owners' matter alone.
  owner: new Set([...ADMINISTER, "organization:write"]),
  administrator: new Set(ADMINISTER),
  developer: new Set(DEVELOP),
  read_only: new Set(READ),
};

/** Whether a member with this role may do this in the organization. */
export const roleAllows = (role: MemberRole, scope: Scope) => ROLE_SCOPES[role].has(scope);

/** Roles that may do this, for picking an organization where the caller can. */
export const rolesAllowing = (scope: Scope) =>
  (Object.keys(ROLE_SCOPES) as MemberRole[]).filter((role) => roleAllows(role, scope));
