import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";

/**
 * The person who signed in with an address, however it is written. An address that two accounts have had names nobody: which
 * of them is meant can't be known.
 * @throws ApiError `person_not_found`
 */
export async function findPerson(tx: Transaction, email: string): Promise<string> {
  const found = await tx.$queryRaw<{ id: string }[]>`
    select id::text from users where kind = 'oidc' and lower(email) = lower(${email}) limit 2`;
  const [person] = found;
  if (person !== undefined && found.length === 1) return person.id;
  throw new ApiError(
    "person_not_found",
    "Nobody has signed in here with this address alone.",
    "Ask them to sign in to the dashboard once, with an account of this address, then add them.",
  );
}
