import { OIDC_CLIENTS, PLATFORM_ADMIN_ROLE } from "@supalove/contracts/api/index.ts";
import { createRemoteJWKSet, errors as joseErrors, jwtVerify } from "jose";
import { z } from "zod";
import { ApiError } from "../http/apiError.ts";
import { errors } from "../http/errors.ts";

/** What the API takes from an access token. */
const Claims = z.object({
  sub: z.string().min(1).max(255),
  azp: z.enum(OIDC_CLIENTS),
  email: z.string().max(320).optional(),
  preferred_username: z.string().max(255).optional(),
  name: z.string().max(255).optional(),
  realm_access: z.object({ roles: z.array(z.string()) }).optional(),
});

/** A person as the identity provider knows them. */
export interface OidcIdentity {
  readonly subject: string;
  readonly email: string | undefined;
  readonly displayName: string;
  readonly platformAdmin: boolean;
}

export interface OidcSettings {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
}

/** Signature algorithms Keycloak signs access tokens with; a symmetric one can never be among them. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** Clocks of two machines may differ by this many seconds. */
const CLOCK_TOLERANCE = 10;

/** Checks access tokens of the identity provider against its key set, which is fetched when needed and cached. */
export function oidcVerifier({ issuer, jwksUrl, audience }: OidcSettings): (token: string) => Promise<OidcIdentity> {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 10_000 });
  return async (token) => {
    const payload = await verify(token, keys, issuer, audience);
    const claims = Claims.safeParse(payload);
    if (!claims.success) throw errors.unauthorized("The access token was not made for this API.");
    const { sub, email, preferred_username, name, realm_access } = claims.data;
    return {
      subject: sub,
      email,
      displayName: name ?? preferred_username ?? email ?? sub,
      platformAdmin: realm_access?.roles.includes(PLATFORM_ADMIN_ROLE) ?? false,
    };
  };
}

async function verify(token: string, keys: ReturnType<typeof createRemoteJWKSet>, issuer: string, audience: string) {
  try {
    const options = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE };
    const { payload } = await jwtVerify(token, keys, { ...options, requiredClaims: ["sub", "exp", "azp"] });
    return payload;
  } catch (error) {
    if (error instanceof joseErrors.JWTExpired) throw errors.tokenExpired();
    if (isProviderFault(error)) {
      throw new ApiError(
        "identity_provider_unavailable",
        "The identity provider does not answer, so the token can't be checked.",
        "Try again in a moment, or use a personal access token.",
        { headers: { "Retry-After": "5" } },
      );
    }
    throw errors.unauthorized("The access token is not valid.");
  }
}

/** The key set could not be had: not the caller's fault. A token whose key is not in the set is the caller's. */
function isProviderFault(error: unknown): boolean {
  if (error instanceof joseErrors.JWKSNoMatchingKey || error instanceof joseErrors.JWKSMultipleMatchingKeys)
    return false;
  if (error instanceof joseErrors.JWKSTimeout || error instanceof joseErrors.JWKSInvalid) return true;
  // `fetch` failures come as they are, other answers than 200 as the base class.
  return !(error instanceof joseErrors.JOSEError) || error.code === "ERR_JOSE_GENERIC";
}
