import { createHmac, createSecretKey } from "node:crypto";
import {
  type Keyring,
  openSecret,
  SealedSecretError,
  type TenantRow,
  TenantSecrets,
  tenantSecretsContext,
} from "@supalove/contracts";
import { LRUCache } from "lru-cache";
import { digest } from "../keys/digest.ts";
import type { ProjectKey, Tenant } from "./tenant.ts";

/** Verified tokens remembered for one tenant (the cache takes 10 kB at once); verifying one again is cheap. */
const TOKENS_PER_TENANT = 512;
const FIVE_YEARS = 5 * 365 * 86_400;

/** The secrets of a tenant could not be opened; the message names the tenant and holds no secret. */
export class TenantSecretsError extends Error {
  override readonly name = "TenantSecretsError";
}

/**
 * Signs the JWT that stands in for an opaque key inside the platform: services know roles, never `sb_...` keys.
 * @param secret the tenant's HS256 secret
 */
export function signInternalJwt(secret: string, ref: string, role: ProjectKey["role"], now = Date.now()): string {
  const issuedAt = Math.floor(now / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = { iss: "supabase", ref, role, iat: issuedAt, exp: issuedAt + FIVE_YEARS };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** Opens a row of the registry with the data plane's keyring. @throws TenantSecretsError */
export async function openTenant(row: TenantRow, keyring: Keyring): Promise<Tenant> {
  let secrets: TenantSecrets;
  try {
    const plain = await openSecret(keyring, tenantSecretsContext(row.ref), row.secrets);
    secrets = TenantSecrets.parse(JSON.parse(plain));
  } catch (cause) {
    // A parser's message may quote the text it failed on, so only the name of the failure goes on.
    const reason = cause instanceof SealedSecretError ? cause.message : "their content is not as expected";
    throw new TenantSecretsError(`the secrets of tenant ${row.ref} do not open: ${reason}`);
  }
  return tenantOf(row, secrets);
}

/** Puts together what the gateway asks of a tenant on every request. */
export function tenantOf(row: Omit<TenantRow, "secrets">, secrets: TenantSecrets): Tenant {
  const internal = (role: ProjectKey["role"]) => `Bearer ${signInternalJwt(secrets.jwtSecret, row.ref, role)}`;
  const keys = new Map<string, ProjectKey>([
    [digest(secrets.anonKey), { role: "anon", opaque: false, bearer: `Bearer ${secrets.anonKey}` }],
    [
      digest(secrets.serviceRoleKey),
      { role: "service_role", opaque: false, bearer: `Bearer ${secrets.serviceRoleKey}` },
    ],
    [digest(secrets.publishableKey), { role: "anon", opaque: true, bearer: internal("anon") }],
    [digest(secrets.secretKey), { role: "service_role", opaque: true, bearer: internal("service_role") }],
  ]);
  // An empty key in a row must never open anything.
  keys.delete(digest(""));
  return {
    ref: row.ref,
    status: row.status,
    version: row.version,
    config: row.config,
    secrets,
    jwtKey: createSecretKey(Buffer.from(secrets.jwtSecret, "utf8")),
    keys,
    tokens: new LRUCache({ max: TOKENS_PER_TENANT }),
  };
}
