import type { TenantNames } from "@supalove/contracts";
import type pg from "pg";
import { quoteName, quoteText } from "../postgres.ts";
import { matchesVerifier, scramVerifier } from "../scram.ts";
import type { TenantPasswords } from "./inputs.ts";

const logins = (names: TenantNames): readonly (readonly [keyof TenantPasswords, string])[] => [
  ["owner", names.owner],
  ["authenticator", names.authenticator],
  ["authAdmin", names.authAdmin],
  ["storageAdmin", names.storageAdmin],
];

/** Logins whose stored verifier is not of the wished password: a tenant may change its own with ALTER ROLE. */
export async function changedPasswords(
  session: pg.Client,
  names: TenantNames,
  passwords: TenantPasswords,
): Promise<string[]> {
  const all = logins(names);
  const result = await session.query<{ rolname: string; rolpassword: string | null }>(
    "select rolname, rolpassword from pg_authid where rolname = any($1)",
    [all.map(([, role]) => role)],
  );
  const stored = new Map(result.rows.map((row) => [row.rolname, row.rolpassword ?? ""]));
  return all.flatMap(([key, role]) => (matchesVerifier(stored.get(role) ?? "", passwords[key]) ? [] : [role]));
}

/** Sets the wished passwords, as verifiers. */
export function passwordsSql(names: TenantNames, passwords: TenantPasswords): string[] {
  return logins(names).map(
    ([key, role]) => `alter role ${quoteName(role)} password ${quoteText(scramVerifier(role, passwords[key]))}`,
  );
}
