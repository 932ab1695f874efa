import type { KeyObject } from "node:crypto";
import type { TenantConfig, TenantRow, TenantSecrets } from "@supalove/contracts";
import type { LRUCache } from "lru-cache";

export type ApiRole = "anon" | "authenticated" | "service_role";

/** One of a project's four keys. */
export interface ProjectKey {
  readonly role: "anon" | "service_role";
  /** Keys that never reach a service, opaque ones (`sb_...`) and those from before a rotation: {@link bearer} replaces them. */
  readonly hidden: boolean;
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
  /** What the project's JWTs may be signed with: its secret, and while a rotation lets both in the one before. */
  readonly jwtKeys: readonly KeyObject[];
  /** The project's keys by SHA-256: no comparison ever touches a secret itself. */
  readonly keys: ReadonlyMap<string, ProjectKey>;
  readonly tokens: LRUCache<string, VerifiedToken>;
  /** Milliseconds since the epoch at which this object is outdated by itself: keys of a rotation end then. */
  readonly endsAt: number;
  /** Keys whose rotation's overlap is over while the row still names them; undefined where there are none. */
  readonly ended: EndedKeys | undefined;
}

/** Keys that were let in until a moment that is past. */
export interface EndedKeys {
  /** By SHA-256. */
  readonly keys: ReadonlySet<string>;
  readonly jwtKey: KeyObject;
}
