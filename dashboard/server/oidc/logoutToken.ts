import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { z } from "zod";

/** A logout token as OpenID Connect Back-Channel Logout 1.0 wants it (section 2.4). */
const LogoutClaims = z
  .object({
    jti: z.string().min(1),
    sub: z.string().optional(),
    sid: z.string().optional(),
    events: z.object({ "http://schemas.openid.net/event/backchannel-logout": z.object({}) }),
    // With one it could be an ID token in disguise.
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** Whose session ends. */
export interface Logout {
  readonly sid: string | undefined;
  readonly subject: string | undefined;
}

const MAX_AGE = "5m";

/**
 * Makes the check of logout tokens.
 * @param keys the identity provider's; default: fetched from `jwksUrl` when needed
 */
export function logoutTokenVerifier(
  settings: { readonly issuer: string; readonly clientId: string; readonly jwksUrl: string },
  keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(settings.jwksUrl), { timeoutDuration: 5_000 }),
): (token: string) => Promise<Logout> {
  const seen = new LRUCache<string, true>({ max: 10_000, ttl: 600_000 });
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: settings.clientId,
      algorithms: ["RS256", "PS256", "ES256"],
      maxTokenAge: MAX_AGE,
      clockTolerance: 10,
    });
    const { jti, sid, sub } = LogoutClaims.parse(payload);
    if (seen.has(jti)) throw new TypeError("this logout token was used before");
    seen.set(jti, true);
    return { sid, subject: sub };
  };
}
