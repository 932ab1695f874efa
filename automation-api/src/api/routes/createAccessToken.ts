import { CreateAccessTokenBody, CreatedAccessToken } from "@supalove/contracts/api/index.ts";
import { accessTokenView } from "../../accessTokens/accessTokenView.ts";
import { insertAccessToken } from "../../accessTokens/insertAccessToken.ts";
import { defineChange } from "../../http/defineRoute.ts";

export const createAccessTokenRoute = defineChange({
  operation: "createAccessToken",
  summary: "Make a personal access token; it is shown this once",
  method: "post",
  path: "/access-tokens",
  body: CreateAccessTokenBody,
  response: { status: 201, schema: CreatedAccessToken, description: "The token" },
  scope: "account",
  idempotent: false,
  impact: "none",
  async handler({ caller, body }, tx) {
    const { row, token } = await insertAccessToken(tx, caller.userId, body.name, body.expires_in);
    return {
      body: { ...accessTokenView(row), token },
      audit: { details: { token_id: row.id, name: row.name, expires_at: row.expiresAt?.toISOString() ?? null } },
    };
  },
});
