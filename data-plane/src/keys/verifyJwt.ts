import type { KeyObject } from "node:crypto";
import { API_ROLES } from "@supalove/contracts";
import { errors, jwtVerify } from "jose";
import { GatewayError } from "../errors/gatewayError.ts";
import type { ApiRole, VerifiedToken } from "../tenants/tenant.ts";

const isApiRole = (role: unknown): role is ApiRole => API_ROLES.some((known) => known === role);

/**
 * Verifies a JWT under a tenant's secret: HS256 and nothing else, whatever its header says; `exp` and `nbf` where it has
 * them; and a role that Supabase knows, so that no token reaches for a login of the cluster.
 * @throws GatewayError jwt_expired or invalid_jwt
 */
export async function verifyJwt(key: KeyObject, token: string): Promise<VerifiedToken> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
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
