import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "@supalove/contracts";
import { PROVIDER_VERSION } from "../provider/identity.ts";
import type { TenantPasswords } from "../provider/tenantRoles/passwords.ts";
import type { RoleLimits } from "../provider/tenantRoles/roleLimits.ts";

export interface TenantRolesArgs {
  /** Superuser access to the cluster. */
  readonly cluster: pulumi.Input<ClusterAccess>;
  /** Project whose roles these are; another ref is another resource. */
  readonly ref: string;
  /** Connections that each login may hold at once. */
  readonly limits: RoleLimits;
  /** They reach the cluster as SCRAM verifiers only. */
  readonly passwords: pulumi.Input<TenantPasswords>;
}

/** All roles of a tenant in a shared cluster. A changed attribute, membership or password shows in a preview, in words. */
export class TenantRoles extends pulumi.CustomResource {
  /** What was found different from this resource's wish; empty right after an update. */
  declare readonly drift: pulumi.Output<string[]>;

  constructor(name: string, args: TenantRolesArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "supalove:cluster:TenantRoles",
      name,
      { drift: undefined, ...args, cluster: pulumi.secret(args.cluster), passwords: pulumi.secret(args.passwords) },
      { version: PROVIDER_VERSION, ...opts },
    );
  }
}
