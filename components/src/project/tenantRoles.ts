import { Role } from "@pulumi/postgresql/role.js";
import * as pulumi from "@pulumi/pulumi";
import { API_ROLES, type TenantNames } from "@supalove/contracts";
import { scramVerifier } from "../provider/scram.ts";
import type { RoleLimits } from "./roleLimits.ts";

export interface TenantRolesArgs {
  readonly names: TenantNames;
  readonly limits: RoleLimits;
  readonly passwords: {
    readonly owner: pulumi.Input<string>;
    readonly authenticator: pulumi.Input<string>;
    readonly authAdmin: pulumi.Input<string>;
    readonly storageAdmin: pulumi.Input<string>;
  };
}

/**
 * A tenant's roles in the shared cluster. None of them has a power beyond its own database; all are members of the group
 * named like the database, which the cluster's HBA rule `samerole` asks for. Passwords are given as SCRAM verifiers: no
 * statement carries one in clear, and the provider sees when somebody changed it.
 */
export function tenantRoles(prefix: string, args: TenantRolesArgs, opts: pulumi.CustomResourceOptions): Role[] {
  const { names, limits, passwords } = args;
  // The database, dropped first, took with it all that the roles owned.
  const common = {
    superuser: false,
    createRole: false,
    createDatabase: false,
    replication: false,
    skipReassignOwned: true,
  };
  const verifier = (role: string, password: pulumi.Input<string>) =>
    pulumi.secret(pulumi.output(password).apply((text) => scramVerifier(role, text)));
  const role = (part: string, name: string, given: ConstructorParameters<typeof Role>[1], after: pulumi.Resource[]) =>
    new Role(`${prefix}-${part}`, { ...common, ...given, name }, { ...opts, dependsOn: after });

  const group = role("group", names.group, { login: false }, []);
  const realtimeAdmin = role("realtime-admin", names.realtimeAdmin, { login: false }, []);
  const authenticator = role(
    "authenticator",
    names.authenticator,
    {
      login: true,
      inherit: false,
      connectionLimit: limits.authenticator,
      password: verifier(names.authenticator, passwords.authenticator),
      roles: [names.group, ...API_ROLES],
    },
    [group],
  );
  const authAdmin = role(
    "auth-admin",
    names.authAdmin,
    {
      login: true,
      inherit: false,
      connectionLimit: limits.authAdmin,
      password: verifier(names.authAdmin, passwords.authAdmin),
      roles: [names.group],
    },
    [group],
  );
  const storageAdmin = role(
    "storage-admin",
    names.storageAdmin,
    {
      login: true,
      inherit: false,
      connectionLimit: limits.storageAdmin,
      password: verifier(names.storageAdmin, passwords.storageAdmin),
      roles: [names.group, names.authenticator],
    },
    [authenticator],
  );
  const owner = role(
    "owner",
    names.owner,
    {
      login: true,
      bypassRowLevelSecurity: true,
      connectionLimit: limits.owner,
      password: verifier(names.owner, passwords.owner),
      roles: [names.group, ...API_ROLES, names.authAdmin, names.storageAdmin, names.realtimeAdmin],
    },
    [authAdmin, storageAdmin, realtimeAdmin],
  );
  return [group, realtimeAdmin, authenticator, authAdmin, storageAdmin, owner];
}
