import type { TenantNames } from "@supalove/contracts";
import type pg from "pg";
import { z } from "zod";
import { quoteName, quoteText } from "../postgres.ts";
import { matchesVerifier, scramVerifier } from "../scram.ts";

/** Passwords of a tenant's four logins. */
export const TenantPasswords = z.object({
  owner: z.string().min(1),
  authenticator: z.string().min(1),
  authAdmin: z.string().min(1),
  storageAdmin: z.string().min(1),
});
export type TenantPasswords = z.infer<typeof TenantPasswords>;

const LOGINS = ["owner", "authenticator", "authAdmin", "storageAdmin"] as const;

/** Logins whose stored verifier is not of the wished password: a tenant may change its own with ALTER ROLE. */
export async function changedPasswords(
  session: pg.Client,
  names: TenantNames,
  passwords: TenantPasswords,
): Promise<string[]> {
  const result = await session.query<{ rolname: string; rolpassword: string | null }>(
    "select rolname, rolpassword from pg_authid where rolname = any($1)",
    [LOGINS.map((key) => names[key])],
  );
  const stored = new Map(result.rows.map((row) => [row.rolname, row.rolpassword ?? ""]));
  return LOGINS.filter((key) => !matchesVerifier(stored.get(names[key]) ?? "", passwords[key])).map(
    (key) => names[key],
  );
}

/** Sets the wished passwords as verifiers, so that no statement carries one in clear. */
export function passwordsSql(names: TenantNames, passwords: TenantPasswords): string[] {
  return LOGINS.map(
    (key) => `alter role ${quoteName(names[key])} password ${quoteText(scramVerifier(names[key], passwords[key]))}`,
  );
}
