import type { KeyObject } from "node:crypto";
import { compactVerify } from "jose";
import { GatewayError } from "../errors/gatewayError.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { BEARER, type Credentials } from "./checkKey.ts";
import { digest } from "./digest.ts";

/**
 * Refuses what a rotation has ended on the way to a dedicated project's own gateway and services, some of which hear of it a
 * moment later. Everything else they judge themselves.
 * @param search the request's query, which may hold a key as well
 * @throws GatewayError 401
 */
export async function refuseEnded({ ended }: Tenant, credentials: Credentials, search: string): Promise<void> {
  if (ended === undefined) return;
  const token = BEARER.exec(credentials.authorization?.trim() ?? "")?.[1];
  const given = [credentials.apikey, token, ...new URLSearchParams(search).getAll("apikey")];
  if (given.some((key) => key !== undefined && ended.keys.has(digest(key)))) {
    throw new GatewayError("invalid_api_key", "The API key is from before a rotation and has ended.");
  }
  if (token !== undefined && (await isSignedBy(ended.jwtKey, token))) {
    throw new GatewayError("invalid_jwt", "The token was signed with a secret from before a rotation.");
  }
}

async function isSignedBy(key: KeyObject, token: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ["HS256"] });
    return true;
  } catch {
    return false;
  }
}
