import { createHmac, createSecretKey } from "node:crypto";
import {
  type Keyring,
  type KeySet,
  openSecret,
  SealedSecretError,
  type TenantRow,
  TenantSecrets,
  tenantSecretsContext,
} from "@supalove/contracts";
import { LRUCache } from "lru-cache";
import { digest } from "../keys/digest.ts";
import type { EndedKeys, ProjectKey, Tenant } from "./tenant.ts";

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

/**
 * Opens a row of the registry with the data plane's keyring.
 * @param now milliseconds since the epoch; keys of a rotation whose time is over by then are not let in
 * @throws TenantSecretsError
 */
export async function openTenant(row: TenantRow, keyring: Keyring, now: number): Promise<Tenant> {
  let secrets: TenantSecrets;
  try {
    const plain = await openSecret(keyring, tenantSecretsContext(row.ref), row.secrets);
    secrets = TenantSecrets.parse(JSON.parse(plain));
  } catch (cause) {
    // A parser's message may quote the text it failed on, so only the name of the failure goes on.
    const reason = cause instanceof SealedSecretError ? cause.message : "their content is not as expected";
    throw new TenantSecretsError(`the secrets of tenant ${row.ref} do not open: ${reason}`);
  }
  return tenantOf(row, secrets, now);
}

/** Puts together what the gateway asks of a tenant on every request. @param now milliseconds since the epoch */
export function tenantOf(row: Omit<TenantRow, "secrets">, stored: TenantSecrets, now: number): Tenant {
  const { previous: older, ...current } = stored;
  const endsAt = older === undefined ? Number.POSITIVE_INFINITY : older.until * 1000;
  const running = now < endsAt;
  const secrets: TenantSecrets = running ? stored : current;
  const internal = (role: ProjectKey["role"]) => `Bearer ${signInternalJwt(secrets.jwtSecret, row.ref, role)}`;
  const hiddenKeys = ({ publishableKey, secretKey }: Pick<KeySet, "publishableKey" | "secretKey">) =>
    [
      [digest(publishableKey), { role: "anon", hidden: true, bearer: internal("anon") }],
      [digest(secretKey), { role: "service_role", hidden: true, bearer: internal("service_role") }],
    ] as const;
  const keys = new Map<string, ProjectKey>([
    // What is a key of now as well counts as that one.
    ...(secrets.previous === undefined
      ? []
      : [
          ...hiddenKeys(secrets.previous),
          ...hiddenKeys({ publishableKey: secrets.previous.anonKey, secretKey: secrets.previous.serviceRoleKey }),
        ]),
    [digest(secrets.anonKey), { role: "anon", hidden: false, bearer: `Bearer ${secrets.anonKey}` }],
    [
      digest(secrets.serviceRoleKey),
      { role: "service_role", hidden: false, bearer: `Bearer ${secrets.serviceRoleKey}` },
    ],
    ...hiddenKeys(secrets),
  ]);
  // An empty key in a row must never open anything.
  keys.delete(digest(""));
  return {
    ref: row.ref,
    status: row.status,
    version: row.version,
    config: row.config,
    secrets,
    jwtKeys: jwtSecrets(secrets).map(jwtKey),
    keys,
    tokens: new LRUCache({ max: TOKENS_PER_TENANT }),
    endsAt: running ? endsAt : Number.POSITIVE_INFINITY,
    ended: older === undefined || running ? undefined : endedKeys(older, keys),
  };
}

/** Secrets that a tenant's JWTs may be signed with, the newest first. */
export const jwtSecrets = ({ jwtSecret, previous }: TenantSecrets): readonly string[] =>
  previous === undefined ? [jwtSecret] : [jwtSecret, previous.jwtSecret];

const jwtKey = (secret: string) => createSecretKey(Buffer.from(secret, "utf8"));

function endedKeys(older: KeySet, current: ReadonlyMap<string, ProjectKey>): EndedKeys {
  const { anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret } = older;
  const names = [anonKey, serviceRoleKey, publishableKey, secretKey].map(digest);
  return { keys: new Set(names.filter((name) => !current.has(name))), jwtKey: jwtKey(jwtSecret) };
}
