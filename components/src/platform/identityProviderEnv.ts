import type { Input } from "@pulumi/pulumi";

/** What Keycloak is told at start; everything else is built into its image. */
export interface KeycloakEnvInput {
  /** URL that people and tokens see, without a trailing slash. */
  readonly publicUrl: string;
  readonly database: {
    readonly url: Input<string>;
    readonly username: Input<string>;
    readonly password: Input<string>;
  };
  readonly bootstrapAdmin: { readonly username: string; readonly password: Input<string> };
  readonly provisioner: { readonly clientId: string; readonly secret: Input<string> };
}

/**
 * The whole of the Java options, since `kc.sh` chooses G1 otherwise and a second collector can't be added to its list. One
 * collecting thread and the first compiler stage hold the idle server at about 350 MB. An image's own value has the same
 * words; they stand here so that the upstream image keeps the same memory limit.
 */
const JAVA_OPTS = [
  "-Xms48m",
  "-Xmx256m",
  "-XX:MetaspaceSize=96M",
  "-XX:MaxMetaspaceSize=192m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:+ExitOnOutOfMemoryError",
  "-Dfile.encoding=UTF-8",
  "-Djava.net.preferIPv4Stack=true",
  "-Djava.security.egd=file:/dev/urandom",
].join(" ");

/** Connections to the control database; Keycloak's own default of 100 is as many as the whole server gives out. */
const POOL_MAX = 15;

/** Environment of the Keycloak container. A change of it replaces the container, never the realm. */
export function buildKeycloakEnv(input: KeycloakEnvInput): Readonly<Record<string, Input<string>>> {
  const { publicUrl, database, bootstrapAdmin, provisioner } = input;
  return {
    KC_DB: "postgres",
    KC_DB_URL: database.url,
    KC_DB_USERNAME: database.username,
    KC_DB_PASSWORD: database.password,
    KC_DB_POOL_INITIAL_SIZE: "1",
    KC_DB_POOL_MIN_SIZE: "1",
    KC_DB_POOL_MAX_SIZE: `${POOL_MAX}`,
    // One node: no cluster ports, no discovery.
    KC_CACHE: "local",
    // A full URL fixes `iss` whatever name a request came in by; back channels (JWKS from inside) keep the name they used.
    KC_HOSTNAME: publicUrl,
    KC_HOSTNAME_ADMIN: publicUrl,
    KC_HOSTNAME_BACKCHANNEL_DYNAMIC: "true",
    // TLS ends at the proxy in front, or there is none on the loopback address.
    KC_HTTP_ENABLED: "true",
    // Without a proxy in front, whoever connects could write these headers: the addresses in the brute-force protection.
    ...(publicUrl.startsWith("https://") ? { KC_PROXY_HEADERS: "xforwarded" } : {}),
    KC_HEALTH_ENABLED: "true",
    KC_METRICS_ENABLED: "true",
    // Sign-ins as metrics, of the kinds the dashboards show; the default counts every kind apart.
    KC_EVENT_METRICS_USER_ENABLED: "true",
    KC_EVENT_METRICS_USER_EVENTS: "login,logout,register,code_to_token,refresh_token",
    KC_LOG_LEVEL: "warn,org.keycloak.events:info",
    KC_BOOTSTRAP_ADMIN_USERNAME: bootstrapAdmin.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: bootstrapAdmin.password,
    KC_BOOTSTRAP_ADMIN_CLIENT_ID: provisioner.clientId,
    KC_BOOTSTRAP_ADMIN_CLIENT_SECRET: provisioner.secret,
    JAVA_OPTS,
  };
}
