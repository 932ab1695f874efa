import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "@supalove/contracts";
import { PROVIDER_VERSION } from "../provider/identity.ts";

export interface TenantTemplateArgs {
  /** Superuser access to the cluster. */
  readonly cluster: pulumi.Input<ClusterAccess>;
}

/** The database that new tenants of a cluster are copies of, at the schema version this program brings. */
export class TenantTemplate extends pulumi.CustomResource {
  /** Name of the template database. */
  declare readonly database: pulumi.Output<string>;
  declare readonly schemaVersion: pulumi.Output<string>;
  declare readonly drift: pulumi.Output<string[]>;

  constructor(name: string, args: TenantTemplateArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { database: undefined, schemaVersion: undefined, drift: undefined };
    super(
      "supalove:cluster:TenantTemplate",
      name,
      { ...outputs, cluster: pulumi.secret(args.cluster) },
      { version: PROVIDER_VERSION, ...opts },
    );
  }
}
