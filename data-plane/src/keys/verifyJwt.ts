import type { KeyObject } from "node:crypto";
import { API_ROLES } from "@supalove/contracts";
import { errors, type JWTVerifyResult, jwtVerify } from "jose";
import { GatewayError } from "../errors/gatewayError.ts";
import type { ApiRole, VerifiedToken } from "../tenants/tenant.ts";

/** Under the first key that signed it; a token that none of them signed is refused in the words of the last. */
async function verifyUnderOne([key, ...others]: readonly KeyObject[], token: string): Promise<JWTVerifyResult> {
  if (key === undefined) throw new errors.JWSSignatureVerificationFailed();
  try {
    return await jwtVerify(token, key, { algorithms: ["HS256"] });
  } catch (error) {
    if (others.length === 0 || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    return verifyUnderOne(others, token);
  }
}

const isApiRole = (role: unknown): role is ApiRole => API_ROLES.some((known) => known === role);

/**
 * Verifies a JWT under one of a tenant's secrets: HS256 and nothing else, whatever its header says; `exp` and `nbf` where it has
 * them; and a role that Supabase knows, so that no token reaches for a login of the cluster.
 * @throws GatewayError jwt_expired or invalid_jwt
 */
export async function verifyJwt(keys: readonly KeyObject[], token: string): Promise<VerifiedToken> {
  try {
    const { payload } = await verifyUnderOne(keys, token);
    const role = payload["role"];
    if (!isApiRole(role))
      throw new GatewayError("invalid_jwt", "The token's role is not anon, authenticated or service_role.");
    return { role, expiresAt: payload.exp ?? Number.POSITIVE_INFINITY };
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (error instanceof errors.JWTExpired) throw new GatewayError("jwt_expired", "JWT expired");
    throw new GatewayError("invalid_jwt", "The token is not a valid JWT of this project.");
  }
}
