import { describe, expect, it } from "vitest";
import {
  type DatabaseFacts,
  describeDatabaseDrift,
} from "../../components/src/provider/projectDatabase/databaseFacts.ts";
import { PASSWORD_LOGINS } from "../../components/src/provider/projectDatabase/layout.ts";
import { takeBackSql } from "../../components/src/provider/projectDatabase/takeBackSql.ts";
import { scramVerifier } from "../../components/src/provider/scram.ts";
import { UPSTREAM_MEMBERSHIPS, UPSTREAM_ROLES, UPSTREAM_SETTINGS } from "./upstreamContract.ts";

const passwords = { owner: "o", authenticator: "a", authAdmin: "aa", storageAdmin: "sa" };
const wish = { access: { password: "s" }, extensions: [], passwords };

function roleOf(name: string, letters: string) {
  const has = (letter: string) => letters.includes(letter);
  return {
    ...{ name, login: has("L"), superuser: has("S"), createRole: has("C"), createDatabase: has("D") },
    ...{ replication: has("R"), bypassRls: has("B"), inherit: has("I"), connectionLimit: -1 },
  };
}

/** A database that the upstream image has just made. */
function upstreamFacts(): DatabaseFacts {
  const roles = Object.entries(UPSTREAM_ROLES).map(([name, letters]) => roleOf(name, letters));
  const setting = (role: string, name: string, value: string, reserved = false) => ({
    ...{ role, name, value, reserved, inDatabase: false },
  });
  return {
    roles: Object.fromEntries(roles.map((role) => [role.name, role])),
    verifiers: Object.fromEntries(
      Object.entries(PASSWORD_LOGINS).map(([name, login]) => [
        login,
        scramVerifier(login, passwords[name as keyof typeof passwords]),
      ]),
    ),
    missingMemberships: [],
    missingRights: [],
    extensions: [],
    memberships: [
      ...UPSTREAM_MEMBERSHIPS.map(([group, member]): [string, string] => [group, member]),
      // Groups of extensions, and of Postgres itself.
      ["pgsodium_keyiduser", "service_role"],
      ["pgtle_admin", "postgres"],
      ["pg_read_all_stats", "pg_monitor"],
    ],
    powers: Object.fromEntries(roles.map((role) => [role.name, role])),
    rights: [["auth", "dashboard_user", "CREATE"]],
    settings: [
      ...Object.entries(UPSTREAM_SETTINGS).flatMap(([role, settings]) =>
        Object.entries(settings).map(([name, value]) => setting(role, name, value)),
      ),
      setting("supabase_admin", "log_statement", "none", true),
      setting("authenticator", "session_preload_libraries", "safeupdate", true),
    ],
    generous: true,
  };
}

describe("a database of the upstream image", () => {
  it("has no drift as it was made, and nothing to take back", () => {
    expect(describeDatabaseDrift(wish, upstreamFacts())).toEqual([]);
    expect(takeBackSql(upstreamFacts())).toEqual([]);
  });

  it("lets its owner make roles that pass policies, as its guard does, and no superuser", () => {
    const facts = upstreamFacts();
    const made = { superuser: false, replication: true, bypassRls: true };
    const powers = { ...facts.powers, prisma: made, boss: { ...made, superuser: true } };
    const words = "role boss may do everything (superuser), which it should not";
    expect(describeDatabaseDrift(wish, { ...facts, powers })).toEqual([words]);
    expect(takeBackSql({ ...facts, powers })).toEqual([`alter role "boss" nosuperuser`]);
    // The local image's owner could not have made either.
    expect(describeDatabaseDrift(wish, { ...facts, settings: [], powers, generous: false })).toEqual(
      expect.arrayContaining(["role prisma may replicate, which it should not"]),
    );
  });
});
