import type { Container } from "@pulumi/docker/container.js";
import { Provider } from "@pulumi/keycloak/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { type InstanceName, reachableHost } from "@supalove/contracts";
import { PASSWORD_LENGTH, randomSecrets } from "../randomSecrets.ts";
import { buildKeycloakEnv } from "./identityProviderEnv.ts";
import { platformRealm } from "./identityProviderRealm.ts";
import { API_CLIENT, DASHBOARD_CLIENT, type MailServer } from "./identityProviderSettings.ts";
import { platformContainer } from "./platformContainer.ts";

/** Idle at about 350 MB; the first start, which makes the tables, peaks higher. */
const MEMORY_MEBIBYTES = 704;

const REALM = "supalove";

/** Service account in realm `master` that this component works as, apart from any person's. */
const PROVISIONER = "supalove-provisioner";
const BOOTSTRAP_ADMIN = "root";

export interface IdentityProviderArgs {
  readonly instance: InstanceName;
  /** Reference of image `keycloak`. */
  readonly image: pulumi.Input<string>;
  /** Host address that the port is published on. */
  readonly bindAddress: string;
  /** Published port; the provider plugin talks to Keycloak through it. */
  readonly port: number;
  /** URL that people and tokens see, without a trailing slash. `iss` is this and the realm, inside and outside. */
  readonly publicUrl: string;
  /** Public URL of the dashboard, without a trailing slash: where sign-in comes back to. */
  readonly dashboardUrl: string;
  /** Names of the Docker networks: `edge` publishes the port, `control` leads to database, API and dashboard. */
  readonly networks: { readonly edge: pulumi.Input<string>; readonly control: pulumi.Input<string> };
  /** Existing database and its owner's login, as network `control` sees them. */
  readonly database: {
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    readonly name: pulumi.Input<string>;
    readonly username: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
  };
  /** First person of the platform, made once. Default: `admin`, `admin@localhost.localdomain`. */
  readonly admin?: { readonly username?: string; readonly email?: string };
  /** Whether people may make accounts for themselves. Default: yes, without proving their e-mail address. */
  readonly signUp?: { readonly allowed?: boolean; readonly verifyEmail?: boolean };
  /** Mail server for password resets and address checks. Default: none, and neither is offered. */
  readonly mail?: MailServer;
}

/** Keycloak with the platform's realm: who people are. Its data are in the control database; the container holds none. */
export class IdentityProvider extends pulumi.ComponentResource {
  readonly container: Container;
  /** Id of the container, known once it is healthy. */
  readonly ready: pulumi.Output<string>;
  /** What the API checks tokens against: `OIDC_ISSUER`, `OIDC_JWKS_URL` (as network `control` reaches it), `OIDC_AUDIENCE`. */
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  /** The realm as network `control` reaches it; its tokens name the issuer all the same. */
  readonly insideUrl: string;
  /** Login of the dashboard's server; the secret is one. */
  readonly dashboardClient: { readonly clientId: string; readonly clientSecret: pulumi.Output<string> };
  /** First person; the password is the generated one, which they may have changed since. */
  readonly admin: { readonly username: string; readonly password: pulumi.Output<string> };
  /** Keycloak's own superuser, for its console at `<publicUrl>/admin`. */
  readonly bootstrapAdmin: { readonly username: string; readonly password: pulumi.Output<string> };
  /** Known when realm, clients and first person are in place. */
  readonly realm: pulumi.Output<string>;

  constructor(name: string, args: IdentityProviderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:IdentityProvider", name, {}, opts);
    checkArgs(args, this);
    const secrets = generateSecrets(`${name}-secrets`, this);
    this.issuer = `${args.publicUrl}/realms/${REALM}`;
    this.insideUrl = `http://keycloak:8080/realms/${REALM}`;
    this.jwksUrl = `${this.insideUrl}/protocol/openid-connect/certs`;
    this.audience = API_CLIENT;
    this.dashboardClient = { clientId: DASHBOARD_CLIENT, clientSecret: secrets.dashboard };
    this.admin = { username: args.admin?.username ?? "admin", password: secrets.admin };
    this.bootstrapAdmin = { username: BOOTSTRAP_ADMIN, password: secrets.bootstrapAdmin };

    this.container = keycloakContainer(name, args, secrets, this);
    this.ready = this.container.id;

    // None of its inputs comes from the container: a replaced container would replace the provider, and with it the realm.
    const provider = new Provider(
      `${name}-keycloak`,
      {
        url: `http://${reachableHost(args.bindAddress)}:${args.port}`,
        realm: "master",
        clientId: PROVISIONER,
        clientSecret: secrets.provisioner,
        // A preview works while Keycloak is down; the first request signs in.
        initialLogin: false,
        clientTimeout: 60,
      },
      { parent: this },
    );
    const { realm, resources } = platformRealm(
      name,
      {
        realm: REALM,
        settings: {
          signUp: args.signUp?.allowed ?? true,
          verifyEmail: args.signUp?.verifyEmail ?? false,
          mail: args.mail,
        },
        dashboardUrl: args.dashboardUrl,
        dashboardSecret: secrets.dashboard,
        admin: { ...this.admin, email: args.admin?.email ?? "admin@localhost.localdomain" },
      },
      {
        parent: this,
        provider,
        dependsOn: this.container,
        // Gone with the database anyway: no request for each of them while the platform is taken down.
        deletedWith: this.container,
      },
    );
    this.realm = pulumi
      .all([realm.realm, ...resources.map(({ urn }) => urn)])
      .apply(([realmName]) => realmName as string);
    this.registerOutputs();
  }
}

function checkArgs({ publicUrl, dashboardUrl, signUp, mail }: IdentityProviderArgs, resource: pulumi.Resource): void {
  for (const [key, url] of Object.entries({ publicUrl, dashboardUrl })) {
    if (!/^https?:\/\/[^/?#]+(\/[^?#]*)?$/.test(url) || url.endsWith("/")) {
      throw new pulumi.ResourceError(`${key} must be an http(s) URL without a trailing slash, not ${url}`, resource);
    }
  }
  if (signUp?.verifyEmail === true && mail === undefined) {
    throw new pulumi.ResourceError("signUp.verifyEmail needs a mail server: give mail, or leave it off", resource);
  }
}

/** One resource for all of them: each costs an update about 0.15 s. Their places in it never change. */
function generateSecrets(name: string, parent: pulumi.Resource) {
  const secret = randomSecrets(name, 4, PASSWORD_LENGTH, parent);
  return { bootstrapAdmin: secret(0), provisioner: secret(1), dashboard: secret(2), admin: secret(3) };
}

function keycloakContainer(
  name: string,
  args: IdentityProviderArgs,
  secrets: ReturnType<typeof generateSecrets>,
  parent: pulumi.Resource,
): Container {
  const { instance, image, bindAddress, publicUrl, networks, database } = args;
  return platformContainer(
    `${name}-container`,
    {
      instance,
      service: "keycloak",
      image,
      bindAddress,
      networks: [
        { name: networks.edge, alias: false },
        { name: networks.control, alias: true },
      ],
      ports: [{ internal: 8080, external: args.port }],
      // Not `--optimized`: the local image starts as fast without, and the upstream one isn't built for Postgres.
      command: ["start"],
      env: buildKeycloakEnv({
        publicUrl,
        database: {
          url: pulumi.interpolate`jdbc:postgresql://${database.host}:${database.port}/${database.name}`,
          username: database.username,
          password: database.password,
        },
        bootstrapAdmin: { username: BOOTSTRAP_ADMIN, password: secrets.bootstrapAdmin },
        provisioner: { clientId: PROVISIONER, secret: secrets.provisioner },
      }),
      // The management port is on no published address. The upstream image has bash, but no program that speaks HTTP.
      healthcheck: { tests: ["CMD", "bash", "-c", HEALTH_SCRIPT], interval: "5s" },
      // The first start makes the tables; 35 s on two idle cores, more than a minute beside other work.
      waitSeconds: 600,
      memoryMebibytes: MEMORY_MEBIBYTES,
    },
    { parent },
  );
}

/** Succeeds when `GET /health/ready` on the management port answers 200. */
const HEALTH_SCRIPT =
  "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]";
