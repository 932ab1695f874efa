/**
 * Parts of a tenant database that have a history of their own. `platform` is what the platform owns there (schemas,
 * extensions, event triggers); the others belong to one of the tenant's own roles each.
 */
export const SCHEMA_PARTS = ["platform", "auth", "storage", "realtime"] as const;
export type SchemaPart = (typeof SCHEMA_PARTS)[number];

/** One step of a part's history. Its SQL names no tenant: it runs as the part's owner, whoever that is. */
export interface Migration {
  readonly schema: SchemaPart;
  /** Sorts after every earlier id of the same part. */
  readonly id: string;
  readonly sql: string;
}
