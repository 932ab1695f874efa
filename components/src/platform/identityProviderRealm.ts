import { GenericRoleMapper } from "@pulumi/keycloak/genericRoleMapper.js";
import { AudienceProtocolMapper } from "@pulumi/keycloak/openid/audienceProtocolMapper.js";
import { Client } from "@pulumi/keycloak/openid/client.js";
import { Realm } from "@pulumi/keycloak/realm.js";
import { Role } from "@pulumi/keycloak/role.js";
import { User } from "@pulumi/keycloak/user.js";
import { UserRoles } from "@pulumi/keycloak/userRoles.js";
import type * as pulumi from "@pulumi/pulumi";
import { PLATFORM_ADMIN_ROLE } from "@supalove/contracts/api/identity.ts";
import {
  API_CLIENT,
  buildCliClient,
  buildDashboardClient,
  buildRealmSettings,
  type RealmSettings,
} from "./identityProviderSettings.ts";

export interface PlatformRealmArgs {
  readonly realm: string;
  readonly settings: RealmSettings;
  readonly dashboardUrl: string;
  readonly dashboardSecret: pulumi.Input<string>;
  readonly admin: { readonly username: string; readonly email: string; readonly password: pulumi.Input<string> };
}

export interface PlatformRealm {
  readonly realm: Realm;
  /** Everything of the realm: whoever needs a token waits for these. */
  readonly resources: readonly pulumi.Resource[];
}

/** The platform's realm: its clients, the audience of their tokens, the admin role and the first person who has it. */
export function platformRealm(
  name: string,
  args: PlatformRealmArgs,
  opts: pulumi.CustomResourceOptions,
): PlatformRealm {
  // People's accounts are in it: as the data volumes, it goes only with the platform.
  const realm = new Realm(`${name}-realm`, buildRealmSettings(args.realm, args.settings), { ...opts, protect: true });
  const role = new Role(
    `${name}-admin-role`,
    { realmId: realm.id, name: PLATFORM_ADMIN_ROLE, description: "Runs the platform" },
    opts,
  );
  const api = new Client(
    `${name}-api`,
    {
      realmId: realm.id,
      clientId: API_CLIENT,
      name: "Supalove API",
      description: "Audience of access tokens; nobody signs in here",
      accessType: "BEARER-ONLY",
    },
    opts,
  );
  const dashboard = new Client(
    `${name}-dashboard`,
    { realmId: realm.id, ...buildDashboardClient(args.dashboardUrl), clientSecret: args.dashboardSecret },
    opts,
  );
  const cli = new Client(`${name}-cli`, { realmId: realm.id, ...buildCliClient() }, opts);
  const user = firstAdmin(name, realm, role, args.admin, opts);
  const tokens = [
    ...apiTokens(`${name}-dashboard`, realm, dashboard, api, role, opts),
    ...apiTokens(`${name}-cli`, realm, cli, api, role, opts),
  ];
  return { realm, resources: [realm, role, api, dashboard, cli, ...user, ...tokens] };
}

/** Makes a client's access tokens good for the API, and lets them say the platform's role, no other. */
function apiTokens(
  name: string,
  realm: Realm,
  client: Client,
  api: Client,
  role: Role,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return [
    new AudienceProtocolMapper(
      `${name}-audience`,
      {
        realmId: realm.id,
        clientId: client.id,
        name: "api-audience",
        includedClientAudience: api.clientId,
        addToAccessToken: true,
        addToIdToken: false,
      },
      opts,
    ),
    new GenericRoleMapper(`${name}-role`, { realmId: realm.id, clientId: client.id, roleId: role.id }, opts),
  ];
}

/** The first person of the platform. What they change of themselves afterwards, the password before all, stays. */
function firstAdmin(
  name: string,
  realm: Realm,
  role: Role,
  admin: PlatformRealmArgs["admin"],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const user = new User(
    `${name}-admin`,
    {
      realmId: realm.id,
      username: admin.username,
      email: admin.email,
      emailVerified: true,
      // Keycloak asks for both at the first sign-in of whoever lacks them.
      firstName: "Platform",
      lastName: "Admin",
      enabled: true,
      initialPassword: { value: admin.password, temporary: false },
    },
    {
      ...opts,
      ignoreChanges: [
        "username",
        "email",
        "emailVerified",
        "firstName",
        "lastName",
        "enabled",
        "attributes",
        "requiredActions",
        "initialPassword",
        "federatedIdentities",
      ],
    },
  );
  const roles = new UserRoles(
    `${name}-admin-roles`,
    { realmId: realm.id, userId: user.id, roleIds: [role.id], exhaustive: false },
    opts,
  );
  return [user, roles];
}
