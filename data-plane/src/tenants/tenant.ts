import type { KeyObject } from "node:crypto";
import type { TenantConfig, TenantRow, TenantSecrets } from "@supalove/contracts";
import type { LRUCache } from "lru-cache";

export type ApiRole = "anon" | "authenticated" | "service_role";

/** One of a project's four keys. */
export interface ProjectKey {
  readonly role: "anon" | "service_role";
  /** Opaque keys (`sb_...`) never reach a service: they are replaced by {@link bearer}. */
  readonly opaque: boolean;
  /** Value of the Authorization header that a service is shown for this key. */
  readonly bearer: string;
}

/** A token that was verified before; good until it expires or the tenant's row changes. */
export interface VerifiedToken {
  readonly role: ApiRole;
  /** Seconds since the epoch; Infinity without `exp`. */
  readonly expiresAt: number;
}

/**
 * A tenant with its secrets opened. Immutable: a changed row gives a new object, so everything that was
 * derived from the old one (verified tokens included) dies with it.
 */
export interface Tenant {
  readonly ref: string;
  readonly status: TenantRow["status"];
  readonly version: number;
  readonly config: TenantConfig;
  readonly secrets: TenantSecrets;
  readonly jwtKey: KeyObject;
  /** The project's keys by SHA-256: no comparison ever touches a secret itself. */
  readonly keys: ReadonlyMap<string, ProjectKey>;
  readonly tokens: LRUCache<string, VerifiedToken>;
}
