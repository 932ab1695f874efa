import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "@supalove/contracts";
import { PROVIDER_VERSION } from "../provider/identity.ts";
import type { TenantPasswords } from "../provider/tenantRoles/passwords.ts";

export interface TenantSchemaArgs {
  /** Superuser access to the cluster that holds the database. */
  readonly cluster: pulumi.Input<ClusterAccess>;
  /** Project whose database this is; another ref is another resource. */
  readonly ref: string;
  /** Extensions beyond the template's. */
  readonly extensions: readonly string[];
  /** Passwords of the tenant's logins; migrations of an existing database log in with them. */
  readonly passwords: pulumi.Input<TenantPasswords>;
}

/**
 * What is inside a tenant's database: owners, rights, settings, extensions and the versions of its schemas. A pending
 * migration or a hand-made change shows as an update in a preview, in words.
 */
export class TenantSchema extends pulumi.CustomResource {
  /** Version of the tenant schema the database is at. */
  declare readonly schemaVersion: pulumi.Output<string>;
  /** Newest migration of each part. */
  declare readonly migrations: pulumi.Output<Record<string, string>>;
  /** What was found different from this resource's wish; empty right after an update. */
  declare readonly drift: pulumi.Output<string[]>;

  constructor(name: string, args: TenantSchemaArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { schemaVersion: undefined, migrations: undefined, drift: undefined };
    super(
      "supalove:cluster:TenantSchema",
      name,
      { ...outputs, ...args, cluster: pulumi.secret(args.cluster), passwords: pulumi.secret(args.passwords) },
      { version: PROVIDER_VERSION, ...opts },
    );
  }
}
