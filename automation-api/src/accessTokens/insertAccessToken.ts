import { newPersonalAccessToken } from "../auth/personalAccessToken.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { PersonalAccessToken } from "../generated/prisma/client.ts";
import { newId } from "../ids/newId.ts";

/**
 * Makes a personal access token; only its hash is kept.
 * @param ttlSeconds undefined for one that lives until it is revoked
 */
export async function insertAccessToken(
  db: Database | Transaction,
  userId: string,
  name: string,
  ttlSeconds: number | undefined,
): Promise<{ row: PersonalAccessToken; token: string }> {
  const { token, hash, prefix } = newPersonalAccessToken();
  const expiresAt = ttlSeconds === undefined ? null : new Date(Date.now() + ttlSeconds * 1000);
  const row = await db.personalAccessToken.create({
    data: { id: newId("pat"), userId, name, hash, prefix, expiresAt },
  });
  return { row, token };
}
