import type { Container } from "@pulumi/docker/container.js";
import type { Provider } from "@pulumi/postgresql/provider.js";
import { Role } from "@pulumi/postgresql/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess, InstanceName } from "@supalove/contracts";
import { TenantTemplate } from "../cluster/tenantTemplate.ts";
import { clusterProvider } from "../project/clusterProvider.ts";
import { TEMPLATE_OWNERS } from "../provider/tenantSchema/layout.ts";
import { sharedClusterHba } from "./hba.ts";
import { postgresServer, SUPERUSER } from "./postgresServer.ts";
import { postgresConf, sharedClusterSettings } from "./postgresSettings.ts";

export interface SharedClusterArgs {
  readonly instance: InstanceName;
  /** Reference of image `postgres`. */
  readonly image: pulumi.Input<string>;
  readonly bindAddress: string;
  /** Published port, for the base stack's own providers and for tenants' direct connections. */
  readonly port: number;
  readonly networks: { readonly edge: pulumi.Input<string>; readonly data: pulumi.Input<string> };
}

/** Roles that every Supabase app names, shared by all tenants: they log in nowhere and own nothing. */
const SHARED_ROLES = [
  { name: "anon", bypassRowLevelSecurity: false },
  { name: "authenticated", bypassRowLevelSecurity: false },
  { name: "service_role", bypassRowLevelSecurity: true },
  // A placeholder without powers: migrations of the auth service name it.
  { name: "postgres", bypassRowLevelSecurity: false },
] as const;

/** The Postgres cluster in which each project of the shared plan is a database, and the template they are copies of. */
export class SharedCluster extends pulumi.ComponentResource {
  readonly container: Container;
  readonly provider: Provider;
  /** Superuser access from network `data`, known when projects can be made: for the runner alone. */
  readonly access: pulumi.Output<ClusterAccess>;
  /** Version of the tenant schema that new projects start with. */
  readonly schemaVersion: pulumi.Output<string>;

  constructor(name: string, args: SharedClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:SharedCluster", name, {}, opts);
    const server = postgresServer(
      name,
      {
        instance: args.instance,
        service: "shared-db",
        image: args.image,
        bindAddress: args.bindAddress,
        port: args.port,
        networks: { edge: args.networks.edge, inside: args.networks.data },
        hba: sharedClusterHba(SUPERUSER),
        conf: postgresConf(sharedClusterSettings),
        memoryMebibytes: 2048,
      },
      this,
    );
    this.container = server.container;
    this.provider = clusterProvider(`${name}-postgresql`, server.fromHost, { parent: this });
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: this.provider,
      dependsOn: [server.container],
    };
    const roles = [
      ...SHARED_ROLES,
      ...Object.values(TEMPLATE_OWNERS).map((owner) => ({ name: owner, bypassRowLevelSecurity: false })),
    ].map((role) => new Role(`${name}-role-${role.name}`, { ...role, login: false, skipReassignOwned: true }, child));
    const template = new TenantTemplate(
      `${name}-template`,
      { cluster: server.fromHost },
      { parent: this, dependsOn: [server.container, ...roles] },
    );
    this.schemaVersion = template.schemaVersion;
    this.access = pulumi.secret(pulumi.all([server.fromNetwork, template.database]).apply(([access]) => access));
    this.registerOutputs();
  }
}
