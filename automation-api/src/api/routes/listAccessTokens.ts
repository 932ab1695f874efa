import { AccessToken } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { accessTokenView } from "../../accessTokens/accessTokenView.ts";
import { defineRead } from "../../http/defineRoute.ts";

export const listAccessTokensRoute = defineRead({
  operation: "listAccessTokens",
  summary: "List your personal access tokens",
  method: "get",
  path: "/access-tokens",
  response: { status: 200, schema: z.array(AccessToken), description: "Tokens that are not revoked, newest first" },
  scope: "account",
  async handler({ services, caller }) {
    const tokens = await services.database.personalAccessToken.findMany({
      where: { userId: caller.userId, revokedAt: null },
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    });
    return tokens.map(accessTokenView);
  },
});
