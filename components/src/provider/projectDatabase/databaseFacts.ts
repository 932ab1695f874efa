import { z } from "zod";
import { matchesVerifier } from "../scram.ts";
import { addedMemberships, addedPowers, addedRights, addedSettings, changedSettings } from "./addedByHand.ts";
import type { DatabaseWish } from "./databaseSql.ts";
import {
  DEDICATED_ROLES,
  PASSWORD_LOGINS,
  type PasswordName,
  type ReservedPower,
  type RoleWish,
  type SchemaRight,
} from "./layout.ts";

const Powers = z.object({ superuser: z.boolean(), replication: z.boolean(), bypassRls: z.boolean() });
const Role = Powers.extend({
  name: z.string(),
  login: z.boolean(),
  createRole: z.boolean(),
  createDatabase: z.boolean(),
  inherit: z.boolean(),
  /** -1: without limit. */
  connectionLimit: z.number().int(),
});
const Pairs = z.array(z.tuple([z.string(), z.string()]));
const Rights = z.array(z.tuple([z.string(), z.string(), z.enum(["USAGE", "CREATE"])]));

/** A setting that sessions of a role begin with. */
const Setting = z.object({
  role: z.string(),
  name: z.string(),
  value: z.string(),
  /** Set for this database alone, which goes before the role's own. */
  inDatabase: z.boolean(),
  /** Nobody but a superuser may set it. */
  reserved: z.boolean(),
});
export type SettingFact = z.infer<typeof Setting>;

/** What is in a database, as `databaseFactsSql` prints it. */
export const DatabaseFacts = z.object({
  roles: z.record(z.string(), Role),
  verifiers: z.record(z.string(), z.string().nullable()),
  missingMemberships: Pairs,
  missingRights: Rights,
  extensions: z.array(z.string()),
  /** Every membership there is. */
  memberships: Pairs,
  /** Roles with a power that only superusers give. */
  powers: z.record(z.string(), Powers),
  /** What the owners of the services' schemas gave on them; nobody's name is "", which stands for everybody. */
  rights: Rights,
  /** Settings of the platform's roles. */
  settings: z.array(Setting),
  /** The image lets `postgres` give powers and settings of superusers, as upstream's does. */
  generous: z.boolean(),
});
export type DatabaseFacts = z.infer<typeof DatabaseFacts>;

const RESERVED: Readonly<Record<ReservedPower, string>> = {
  superuser: "do everything (superuser)",
  replication: "replicate",
  bypassRls: "pass row level security",
};
const POWERS: Readonly<Record<Exclude<keyof RoleWish, "name">, string>> = {
  login: "log in",
  ...RESERVED,
  createRole: "create roles",
  createDatabase: "create databases",
  inherit: "use its groups' rights at once",
};
const RIGHTS: Readonly<Record<SchemaRight[2], string>> = { USAGE: "use", CREATE: "create things in" };

/** How a database differs from the wish, one sentence each. */
export function describeDatabaseDrift(wish: DatabaseWish, facts: DatabaseFacts): string[] {
  return [
    ...DEDICATED_ROLES.flatMap((role) => roleDrift(role, facts.roles[role.name])),
    ...(Object.keys(PASSWORD_LOGINS) as PasswordName[]).flatMap((name) => {
      const login = PASSWORD_LOGINS[name];
      const stored = facts.verifiers[login];
      if (facts.roles[login] === undefined) return [];
      const right = stored != null && matchesVerifier(stored, wish.passwords[name]);
      return right ? [] : [`role ${login}: another password than the project's`];
    }),
    ...facts.missingMemberships.map(([group, member]) => `role ${member} is no longer a member of ${group}`),
    ...facts.missingRights.map(
      ([schema, role, right]) => `role ${role} may no longer ${RIGHTS[right]} schema ${schema}`,
    ),
    ...wish.extensions
      .filter((name) => !facts.extensions.includes(name))
      .map((name) => `the extension ${name} is not installed`),
    ...addedDrift(facts),
    // In the words of the shared plan, by which it is known that these may be accepted.
    ...changedSettings(facts).map(
      ({ role, name, found, wished }) =>
        `setting ${name} of ${role}${wished === undefined ? " in this database" : ""}: ${found ?? "missing"}, should be ${wished ?? "none"}`,
    ),
  ];
}

function roleDrift(wish: RoleWish, actual: (RoleWish & { readonly connectionLimit: number }) | undefined): string[] {
  if (actual === undefined) return [`role ${wish.name} is missing`];
  const limit = actual.connectionLimit;
  return [
    ...(Object.keys(POWERS) as (keyof typeof POWERS)[])
      .filter((power) => wish[power] !== actual[power])
      .map((power) => `role ${wish.name} ${actual[power] ? "may" : "may not"} ${POWERS[power]}`),
    ...(limit === -1 ? [] : [`role ${wish.name} may hold ${limit} connections only`]),
  ];
}

function addedDrift(facts: DatabaseFacts): string[] {
  return [
    ...addedPowers(facts).map(([role, power]) => `role ${role} may ${RESERVED[power]}, which it should not`),
    ...addedMemberships(facts).map(([group, role]) => `role ${role} is a member of ${group}, which it should not be`),
    ...addedRights(facts).map(
      ([schema, role, right]) =>
        `${role === "" ? "everybody" : `role ${role}`} may ${RIGHTS[right]} schema ${schema}, which should not be`,
    ),
    ...addedSettings(facts).map(
      ({ role, name, value }) => `role ${role} begins with ${name} = ${value}, which only a superuser could set`,
    ),
  ];
}
