import { z } from "zod";
import { AccessTokenId, DisplayName, Timestamp } from "./common.ts";

/** Longest life of a personal access token, in seconds: ten years. */
export const MAX_TOKEN_TTL = 10 * 365 * 24 * 3600;

/** A personal access token as it stands in a request: `sbp_` and 40 hexadecimal digits. */
export const ACCESS_TOKEN_FORMAT = /^sbp_[0-9a-f]{40}$/;

export const AccessToken = z
  .object({
    id: AccessTokenId,
    name: z.string(),
    prefix: z.string().meta({ description: "first characters, to tell tokens apart" }),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable(),
  })
  .meta({ id: "AccessToken" });
export type AccessToken = z.infer<typeof AccessToken>;

export const CreateAccessTokenBody = z
  .strictObject({
    name: DisplayName,
    expires_in: z
      .number()
      .int()
      .min(60, "must be at least 60 seconds")
      .max(MAX_TOKEN_TTL, "must not be longer than ten years")
      .optional()
      .meta({ description: "seconds; a token without it lives until it is revoked" }),
  })
  .meta({ id: "CreateAccessToken" });

/** The only answer that ever shows the token itself. */
export const CreatedAccessToken = AccessToken.extend({ token: z.string() }).meta({ id: "CreatedAccessToken" });
