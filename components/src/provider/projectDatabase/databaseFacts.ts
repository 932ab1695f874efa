import { z } from "zod";
import { matchesVerifier } from "../scram.ts";
import type { DatabaseWish } from "./databaseSql.ts";
import { DEDICATED_ROLES, PASSWORD_LOGINS, type PasswordName, type RoleWish } from "./layout.ts";

const Role = z.object({
  name: z.string(),
  login: z.boolean(),
  superuser: z.boolean(),
  createRole: z.boolean(),
  createDatabase: z.boolean(),
  replication: z.boolean(),
  bypassRls: z.boolean(),
  inherit: z.boolean(),
});
const Pairs = z.array(z.tuple([z.string(), z.string()]));

/** What is in a database, as `databaseFactsSql` prints it. */
export const DatabaseFacts = z.object({
  roles: z.record(z.string(), Role),
  verifiers: z.record(z.string(), z.string().nullable()),
  missingMemberships: Pairs,
  missingUsage: Pairs,
  extensions: z.array(z.string()),
});
export type DatabaseFacts = z.infer<typeof DatabaseFacts>;

const POWERS: Readonly<Record<Exclude<keyof RoleWish, "name">, string>> = {
  login: "log in",
  superuser: "do everything (superuser)",
  createRole: "create roles",
  createDatabase: "create databases",
  replication: "replicate",
  bypassRls: "pass row level security",
  inherit: "use its groups' rights at once",
};

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
    ...facts.missingUsage.map(([schema, role]) => `role ${role} may no longer use schema ${schema}`),
    ...wish.extensions
      .filter((name) => !facts.extensions.includes(name))
      .map((name) => `the extension ${name} is not installed`),
  ];
}

function roleDrift(wish: RoleWish, actual: RoleWish | undefined): string[] {
  if (actual === undefined) return [`role ${wish.name} is missing`];
  return (Object.keys(POWERS) as (keyof typeof POWERS)[])
    .filter((power) => wish[power] !== actual[power])
    .map((power) => `role ${wish.name} ${actual[power] ? "may" : "may not"} ${POWERS[power]}`);
}
