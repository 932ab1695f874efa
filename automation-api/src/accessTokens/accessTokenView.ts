import type { AccessToken } from "@supalove/contracts/api/index.ts";
import type { PersonalAccessToken } from "../generated/prisma/client.ts";

/** A token as lists show it: never its hash, let alone itself. */
export function accessTokenView(row: PersonalAccessToken): AccessToken {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
