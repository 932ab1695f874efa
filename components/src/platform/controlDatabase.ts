import type { Container } from "@pulumi/docker/container.js";
import { Database } from "@pulumi/postgresql/database.js";
import type { Provider } from "@pulumi/postgresql/provider.js";
import { Role } from "@pulumi/postgresql/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceName } from "@supalove/contracts";
import { clusterProvider } from "../project/clusterProvider.ts";
import { scramVerifier } from "../provider/scram.ts";
import { PASSWORD_LENGTH, randomSecrets } from "../randomSecrets.ts";
import { controlDatabaseHba } from "./hba.ts";
import { postgresServer, SUPERUSER } from "./postgresServer.ts";
import { controlDatabaseSettings, postgresConf } from "./postgresSettings.ts";

const PORT = 5432;
const HOST = "control-db";

/** Logins of the control database. */
const LOGINS = ["supalove_runner", "supalove_api", "supalove_data_plane", "supalove_pulumi", "keycloak"] as const;
export type ControlLogin = (typeof LOGINS)[number];

/** Databases and their owners. */
const DATABASES = [
  { name: "supalove", owner: "supalove_runner" },
  { name: "pulumi", owner: "supalove_pulumi" },
  { name: "keycloak", owner: "keycloak" },
] as const;
type ControlDatabaseName = (typeof DATABASES)[number]["name"];

export interface ControlDatabaseArgs {
  readonly instance: InstanceName;
  /** Reference of image `postgres`. */
  readonly image: pulumi.Input<string>;
  readonly bindAddress: string;
  /** Published port, for the base stack's own providers. */
  readonly port: number;
  readonly networks: { readonly edge: pulumi.Input<string>; readonly control: pulumi.Input<string> };
}

/** The platform's own Postgres: what the API knows, the state of the project stacks, and Keycloak's data. */
export class ControlDatabase extends pulumi.ComponentResource {
  readonly container: Container;
  /** Known when every database and login is there. */
  readonly ready: pulumi.Output<boolean>;
  readonly provider: Provider;
  readonly #passwords: ReadonlyMap<ControlLogin, pulumi.Output<string>>;

  constructor(name: string, args: ControlDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:ControlDatabase", name, {}, opts);
    const server = postgresServer(
      name,
      {
        instance: args.instance,
        service: "control-db",
        image: args.image,
        bindAddress: args.bindAddress,
        port: args.port,
        networks: { edge: args.networks.edge, inside: args.networks.control },
        hba: controlDatabaseHba(SUPERUSER),
        conf: postgresConf(controlDatabaseSettings),
        memoryMebibytes: 640,
      },
      this,
    );
    this.container = server.container;
    // Nothing of the provider comes from the container: a replaced container would replace all that it made.
    this.provider = clusterProvider(`${name}-postgresql`, server.fromHost, { parent: this });
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: this.provider,
      dependsOn: [server.container],
    };
    this.#passwords = loginPasswords(name, this);
    const roles = new Map(LOGINS.map((login) => [login, this.#role(name, login, child)]));
    const databases = DATABASES.map(
      ({ name: database, owner }) =>
        new Database(
          `${name}-database-${database}`,
          { name: database, owner, template: "template0" },
          {
            ...child,
            protect: true,
            ignoreChanges: ["template", "encoding", "lcCollate", "lcCtype", "tablespaceName"],
            dependsOn: [server.container, roles.get(owner) as Role],
          },
        ),
    );
    this.ready = pulumi.all([...databases, ...roles.values()].map(({ id }) => id)).apply(() => true);
    this.registerOutputs();
  }

  #role(name: string, login: ControlLogin, opts: pulumi.CustomResourceOptions): Role {
    // A verifier: the password itself is in no statement, and a changed one is noticed.
    const password = pulumi.secret(this.password(login).apply((text) => scramVerifier(login, text)));
    return new Role(`${name}-role-${login}`, { name: login, login: true, password, skipReassignOwned: true }, opts);
  }

  /** Password of a login. */
  password(login: ControlLogin): pulumi.Output<string> {
    return this.#passwords.get(login) as pulumi.Output<string>;
  }

  /** Connection string of a login to a database, from network `control`; known when the database is there. */
  url(login: ControlLogin, database: ControlDatabaseName): pulumi.Output<string> {
    return pulumi.secret(
      pulumi
        .all([this.password(login), this.ready])
        .apply(([password]) => `postgres://${login}:${password}@${HOST}:${PORT}/${database}?sslmode=disable`),
    );
  }

  /** Where a service that wants the parts of a connection string finds them. */
  connection(login: ControlLogin, database: ControlDatabaseName) {
    return {
      host: HOST,
      port: PORT,
      name: this.ready.apply(() => database as string),
      username: login as string,
      password: this.password(login),
    };
  }
}

/** One resource for all passwords: each costs every update its share of time. Their places in it never change. */
function loginPasswords(name: string, parent: pulumi.Resource): ReadonlyMap<ControlLogin, pulumi.Output<string>> {
  const password = randomSecrets(`${name}-passwords`, LOGINS.length, PASSWORD_LENGTH, parent);
  return new Map(LOGINS.map((login, index) => [login, password(index)]));
}
