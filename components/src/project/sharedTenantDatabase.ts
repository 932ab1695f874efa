import { Database } from "@pulumi/postgresql/database.js";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterAccess, type ProjectSpec, tenantNames } from "@supalove/contracts";
import { TenantRoles } from "../cluster/tenantRoles.ts";
import { TenantSchema } from "../cluster/tenantSchema.ts";
import { roleLimits } from "../provider/tenantRoles/roleLimits.ts";
import { generationName, PASSWORD_LENGTH, randomSecret, randomSecrets } from "../randomSecrets.ts";
import { templateName } from "../tenantSql/index.ts";
import { clusterProvider } from "./clusterProvider.ts";

export interface SharedTenantDatabaseArgs {
  readonly spec: ProjectSpec;
  /** Superuser access to the cluster the database lives in. */
  readonly cluster: ClusterAccess;
}

/**
 * A project's database in a shared cluster: a copy of the tenant template, the tenant's roles, and what is inside. The
 * database is protected; creation-only arguments are ignored later, since a change of them would replace it.
 */
export class SharedTenantDatabase extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  readonly passwords: pulumi.Output<{ owner: string; authenticator: string; authAdmin: string; storageAdmin: string }>;
  /** Known when the database is ready to use. */
  readonly schemaVersion: pulumi.Output<string>;

  constructor(name: string, args: SharedTenantDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:project:SharedTenantDatabase", name, {}, opts);
    const { spec, cluster } = args;
    const names = tenantNames(spec.ref);
    const provider = clusterProvider(`${name}-cluster`, cluster, { parent: this });

    this.passwords = passwordsOf(name, spec, this);
    const roles = new TenantRoles(
      `${name}-roles`,
      { cluster, ref: spec.ref, limits: roleLimits(spec.size), passwords: this.passwords },
      { parent: this },
    );
    const database = new Database(
      `${name}-database`,
      { name: names.database, template: templateName() },
      {
        parent: this,
        provider,
        // Dropped before the roles, which own what is in it.
        dependsOn: [roles],
        protect: true,
        ignoreChanges: ["template", "encoding", "lcCollate", "lcCtype", "tablespaceName", "connectionLimit"],
      },
    );
    const schema = new TenantSchema(
      `${name}-schema`,
      { cluster, ref: spec.ref, extensions: spec.extensions, passwords: this.passwords },
      { parent: this, dependsOn: [database] },
    );
    this.database = database.name;
    this.schemaVersion = schema.schemaVersion;
    this.registerOutputs();
  }
}

function passwordsOf(name: string, { passwordGeneration, imported }: ProjectSpec, parent: pulumi.Resource) {
  const named = (part: string) => generationName(`${name}-${part}`, passwordGeneration);
  const given = imported.databasePassword;
  // The owner's password is apart from the services': people change theirs.
  const owner =
    given === undefined ? randomSecret(named("owner-password"), PASSWORD_LENGTH, parent) : pulumi.secret(given);
  const service = randomSecrets(named("service-passwords"), 3, PASSWORD_LENGTH, parent);
  return pulumi.secret(
    pulumi.output({ owner, authenticator: service(0), authAdmin: service(1), storageAdmin: service(2) }),
  );
}
