import { z } from "zod";
import { KeySet } from "./keyGenerations.ts";
import { ProjectRef } from "./projectRef.ts";

/** NOTIFY channel of the control database; the payload is a ref, or `*` for "read everything again". */
export const TENANT_CHANGED_CHANNEL = "tenant_changed";

/** Numbers that bound one tenant's share of the shared services. */
export const TenantLimits = z.object({
  /** Requests per second, averaged; bursts of twice as many are taken. */
  requestsPerSecond: z.number().int().positive(),
  /** Requests in flight at once; more wait in the queue. */
  concurrency: z.number().int().positive(),
  /** Requests waiting; more are refused with 429. */
  queue: z.number().int().nonnegative(),
  /** Connections of this tenant's PostgREST pool. */
  restPool: z.number().int().positive(),
  /** Largest request body in bytes. */
  bodyBytes: z.number().int().positive(),
  /** Seconds until an upstream answer must have begun. */
  timeoutSeconds: z.number().int().positive(),
});
export type TenantLimits = z.infer<typeof TenantLimits>;

/** What the gateway knows of a tenant, secrets aside. Column `config` of `registry.tenants`. */
export const TenantConfig = z.object({
  /** Where the tenant's requests go: its database in a shared cluster, or the gateway of its own stack. */
  target: z.discriminatedUnion("plan", [
    z.object({
      plan: z.literal("shared"),
      host: z.string(),
      port: z.number().int(),
      database: z.string(),
    }),
    z.object({ plan: z.literal("dedicated"), url: z.url() }),
  ]),
  rest: z.object({
    schemas: z.array(z.string()),
    extraSearchPath: z.array(z.string()),
    maxRows: z.number().int().positive().nullable(),
  }),
  limits: TenantLimits,
});
export type TenantConfig = z.infer<typeof TenantConfig>;

/** Secrets the data plane needs; sealed with the data-plane keyring in column `secrets`, context `tenant:<ref>`. */
export const TenantSecrets = z.object({
  ...KeySet.shape,
  /** The keys before these, which a rotation lets in until a time, in seconds since the epoch, and not a second longer. */
  previous: KeySet.extend({ until: z.number().int() }).optional(),
  /** Passwords of the tenant's logins in the shared cluster; absent for a dedicated project. */
  passwords: z.object({ owner: z.string(), authenticator: z.string() }).optional(),
});
export type TenantSecrets = z.infer<typeof TenantSecrets>;

/**
 * Row of `registry.tenants` in the control database, the only table the data plane's login may read:
 * `ref text primary key, status text, config jsonb, secrets text, version bigint`.
 * A trigger sends NOTIFY on {@link TENANT_CHANGED_CHANNEL} for each change; a missing row means an unknown project.
 */
export const TenantRow = z.object({
  ref: ProjectRef,
  status: z.enum(["active", "paused", "coming_up", "going_down"]),
  config: TenantConfig,
  secrets: z.string(),
  version: z.coerce.number().int(),
});
export type TenantRow = z.infer<typeof TenantRow>;

/** Sealing context of a tenant's secrets. */
export const tenantSecretsContext = (ref: ProjectRef) => `tenant:${ref}`;
