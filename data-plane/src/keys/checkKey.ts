import { GatewayError } from "../errors/gatewayError.ts";
import type { ApiRole, ProjectKey, Tenant } from "../tenants/tenant.ts";
import { digest } from "./digest.ts";
import { verifyJwt } from "./verifyJwt.ts";

/** What a request came with, as sent. An empty header counts as absent. */
export interface Credentials {
  readonly apikey?: string;
  readonly authorization?: string;
}

/** What a request may do, and what the service behind is shown of its credentials. */
export interface Access {
  /** Role by the key or token that was checked here; a user's token beside an apikey is the service's to check. */
  readonly role: ApiRole;
  readonly authorization: string;
  /** The apikey to pass on; hidden keys stay here. */
  readonly apikey: string | undefined;
}

/** An Authorization header with a Bearer token in it. */
export const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
const OPAQUE_PREFIX = "sb_";

/** The token of an Authorization header; undefined when there is none. */
function bearerOf(authorization: string | undefined): string | undefined {
  const text = authorization?.trim();
  if (!text || /^bearer$/i.test(text)) return undefined;
  const token = BEARER.exec(text)?.[1];
  if (token === undefined) throw new GatewayError("invalid_jwt", "The header Authorization is not a Bearer token.");
  return token;
}

function knownKey(tenant: Tenant, key: string): ProjectKey {
  const known = tenant.keys.get(digest(key));
  if (known === undefined) throw new GatewayError("invalid_api_key", "The API key is not one of this project's keys.");
  return known;
}

/**
 * Checks a request's keys by the rules of Supabase's gateway: the apikey must be one of the project's; a Bearer token
 * beside it is kept, unless it is a hidden key, which is replaced by a JWT of the apikey's role. Without an
 * apikey a Bearer token alone is enough when it is one of the project's keys or a JWT of the project.
 * Answers at once except for a JWT seen for the first time.
 * @throws GatewayError 401
 */
export function checkKey(tenant: Tenant, credentials: Credentials, nowSeconds: number): Access | Promise<Access> {
  const token = bearerOf(credentials.authorization);
  if (credentials.apikey) {
    const key = knownKey(tenant, credentials.apikey);
    const apikey = key.hidden ? undefined : credentials.apikey;
    if (token === undefined) return { role: key.role, authorization: key.bearer, apikey };
    if (token.startsWith(OPAQUE_PREFIX)) {
      knownKey(tenant, token);
      return { role: key.role, authorization: key.bearer, apikey };
    }
    // A legacy key from before a rotation is no token for a service either.
    const older = tenant.secrets.previous !== undefined && tenant.keys.get(digest(token))?.hidden === true;
    return { role: key.role, authorization: older ? key.bearer : `Bearer ${token}`, apikey };
  }
  if (token === undefined) throw new GatewayError("no_api_key", "No API key found in the request.");
  const name = digest(token);
  const key = tenant.keys.get(name);
  if (key !== undefined) return { role: key.role, authorization: key.bearer, apikey: undefined };
  if (token.startsWith(OPAQUE_PREFIX)) {
    throw new GatewayError("invalid_api_key", "The API key is not one of this project's keys.");
  }
  const verified = tenant.tokens.get(name);
  const authorization = `Bearer ${token}`;
  if (verified !== undefined) {
    if (verified.expiresAt > nowSeconds) return { role: verified.role, authorization, apikey: undefined };
    throw new GatewayError("jwt_expired", "JWT expired");
  }
  return verifyJwt(tenant.jwtKeys, token).then((fresh) => {
    tenant.tokens.set(name, fresh);
    return { role: fresh.role, authorization, apikey: undefined };
  });
}
