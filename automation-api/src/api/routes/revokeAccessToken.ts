import { z } from "zod";
import { ApiError } from "../../http/apiError.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { IdParams } from "../params.ts";

export const revokeAccessTokenRoute = defineChange({
  operation: "revokeAccessToken",
  summary: "Revoke one of your personal access tokens, at once",
  method: "delete",
  path: "/access-tokens/{id}",
  params: IdParams,
  response: { status: 204, schema: z.undefined(), description: "Revoked" },
  scope: "account",
  idempotent: false,
  impact: "none",
  fails: [404],
  async handler({ caller, params: { id } }, tx) {
    const { count } = await tx.personalAccessToken.updateMany({
      where: { id, userId: caller.userId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) {
      throw new ApiError("access_token_not_found", "You have no such token.", "`GET /v1/access-tokens` lists yours.");
    }
    return { body: undefined, audit: { details: { token_id: id } } };
  },
});
