import { z } from "zod";
import { StackImages } from "./dedicated.ts";
import { InstanceName } from "./instance.ts";
import { KeyringFromEnv } from "./sealedSecret.ts";

/*
 * Environment of each platform container: what `components/platform` sets and the service parses at start.
 * One schema for both ends, so that a renamed variable fails the type check instead of a container.
 */

const port = z.coerce.number().int().min(1).max(65535);
const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((text, ctx): z.output<T> => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      ctx.addIssue({ code: "custom", message: "not the expected JSON" });
      return z.NEVER;
    }
  });

const common = {
  SUPALOVE_INSTANCE: InstanceName,
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /** Prometheus metrics and health, on the internal network only. */
  METRICS_PORT: port.default(9464),
};

/** `api`: the public HTTP API. Holds no cluster password, no Pulumi passphrase, no Docker socket. */
export const ApiEnv = z.object({
  ...common,
  PORT: port.default(8000),
  /** Login `supalove_api` on the control database. */
  DATABASE_URL: z.string(),
  /** Keyring of the control database's secrets. */
  SUPALOVE_MASTER_KEY: KeyringFromEnv,
  PUBLIC_API_URL: z.url(),
  PUBLIC_GATEWAY_URL: z.url(),
  /** Data plane's internal API. */
  DATA_PLANE_URL: z.url(),
  DATA_PLANE_TOKEN: z.string().min(32),
  /** Issuer exactly as in tokens (public URL), and the key set as reached from inside. */
  OIDC_ISSUER: z.url(),
  OIDC_JWKS_URL: z.url(),
  OIDC_AUDIENCE: z.string(),
  /**
   * Projects in one shared cluster. Idle ones cost next to nothing, but each brings roles, a database and, while it is used,
   * connections, of which the cluster has 300.
   */
  CLUSTER_MAX_PROJECTS: z.coerce.number().int().min(1).default(500),
  /** Projects of one organization. Anybody who may sign up has one: nobody shall take the whole cluster by accident. */
  ORGANIZATION_MAX_PROJECTS: z.coerce.number().int().min(1).default(250),
  /** Images that new dedicated projects run; without them there is no dedicated plan. */
  STACK_IMAGES: json(StackImages).optional(),
});
export type ApiEnv = z.infer<typeof ApiEnv>;

/** `runner`: takes operations from the queue and drives Pulumi. Listens on nothing but its metrics port. */
export const RunnerEnv = z.object({
  ...common,
  /** Login `supalove_runner`, owner of the control schema: it applies the migrations. */
  DATABASE_URL: z.string(),
  SUPALOVE_MASTER_KEY: KeyringFromEnv,
  /** Keyring of what the data plane reads. */
  SUPALOVE_DATA_PLANE_KEY: KeyringFromEnv,
  /** Pulumi's own variables, handed to the engine as they are. */
  PULUMI_BACKEND_URL: z.string(),
  PULUMI_CONFIG_PASSPHRASE_FILE: z.string(),
  PULUMI_HOME: z.string(),
  /** First shared cluster, written to table `clusters` at start. */
  DEFAULT_CLUSTER: json(
    z.object({
      host: z.string(),
      port: z.number(),
      username: z.string(),
      password: z.string(),
      /** Where people reach it, as connection strings say. */
      publicHost: z.string(),
      publicPort: z.number(),
    }),
  ),
  /** First server (Docker engine), written to table `servers` at start. */
  DEFAULT_SERVER: json(
    z.object({
      endpoint: z.string(),
      bindAddress: z.string(),
      /** Host name that people reach published ports by. */
      publicHost: z.string(),
      edgeNetwork: z.string(),
      /** Ports that dedicated projects are given, both ends included. */
      portFrom: z.number().int(),
      portTo: z.number().int(),
    }),
  ),
  /** Routing gateway as reached from inside, for the smoke test after a create. */
  GATEWAY_URL: z.url(),
  PUBLIC_GATEWAY_URL: z.url(),
  /** Operations at once; two on two cores. */
  CONCURRENCY: z.coerce.number().int().min(1).max(32).default(2),
  /** Hours after which a project is looked at for drift by itself; 0 for never. */
  DRIFT_EVERY_HOURS: z.coerce.number().min(0).max(8760).default(24),
  /** Days that ended operations and their events are kept; the last ones of each project stay longer. */
  OPERATION_RETENTION_DAYS: z.coerce.number().int().min(1).default(90),
  /** Operations of a project that are kept whatever their age. */
  OPERATIONS_KEPT: z.coerce.number().int().min(1).default(20),
  /** Folder of the backups, on a volume of its own. */
  BACKUP_DIR: z.string().default("/var/lib/supalove/backups"),
  /** Days that the last backup of a project outlives it. */
  BACKUP_GRACE_DAYS: z.coerce.number().min(0).max(3650).default(7),
  /** As the API has it; backups of shared projects are tested in the image of a dedicated project's database. */
  STACK_IMAGES: json(StackImages).optional(),
});
export type RunnerEnv = z.infer<typeof RunnerEnv>;

/** `gateway`: routing gateway and shared REST. Reads one table of the control database. */
export const GatewayEnv = z.object({
  ...common,
  PORT: port.default(8080),
  /** Internal API (database/query); token required, internal network only. */
  INTERNAL_PORT: port.default(8081),
  /** Login `supalove_data_plane`, SELECT on registry.tenants only. */
  REGISTRY_URL: z.string(),
  SUPALOVE_DATA_PLANE_KEY: KeyringFromEnv,
  DATA_PLANE_TOKEN: z.string().min(32),
  POSTGREST_BIN: z.string().default("/usr/local/bin/postgrest"),
  /** Folder for PostgREST's unix sockets. */
  SOCKET_DIR: z.string().default("/run/supalove"),
  /** Tenants as last known, sealed, so that a restart does not need the control database; keep it on a volume. */
  SNAPSHOT_FILE: z.string().default("/run/supalove/tenants.json"),
  /** Parent domain of `<ref>.<domain>` host names. */
  GATEWAY_DOMAIN: z.string().default("localhost"),
  /** PostgREST processes at once, over all tenants. */
  REST_MAX_PROCESSES: z.coerce.number().int().min(1).default(50),
  /**
   * Connections to the shared cluster that all PostgREST processes together may hold; of 300, the rest is for direct
   * logins, queries of the console and the platform itself.
   */
  REST_MAX_CONNECTIONS: z.coerce.number().int().min(20).default(180),
  /** Memory of all PostgREST processes together, in MiB; idle ones are stopped above it. */
  REST_MEMORY_MB: z.coerce.number().int().min(64).default(1536),
  /** Seconds without a request until a tenant's PostgREST is stopped. */
  REST_IDLE_SECONDS: z.coerce.number().int().min(1).default(300),
});
export type GatewayEnv = z.infer<typeof GatewayEnv>;

/** `dashboard`: the web console. Holds its login at the identity provider and the key of its cookies, nothing else. */
export const DashboardEnv = z.object({
  SUPALOVE_INSTANCE: InstanceName,
  METRICS_PORT: common.METRICS_PORT,
  PORT: port.default(3000),
  /** Public URLs, without a trailing slash, as browsers reach them. */
  PUBLIC_DASHBOARD_URL: z.url(),
  PUBLIC_API_URL: z.url(),
  PUBLIC_GATEWAY_URL: z.url(),
  /** Host and port where the shared cluster takes direct connections. */
  PUBLIC_DATABASE_ADDRESS: z.string().regex(/^[^\s/:]+:\d{1,5}$/, "must be host:port"),
  /** The HTTP API as reached from inside. */
  API_URL: z.url(),
  /**
   * Where parts say on network `control` how they are, for the page about the platform; one that is not set is not there.
   * The addresses take nothing and tell no secret.
   */
  GATEWAY_HEALTH_URL: z.url().optional(),
  RUNNER_HEALTH_URL: z.url().optional(),
  PROMETHEUS_URL: z.url().optional(),
  /** Issuer exactly as in tokens (public URL); browsers are sent there. */
  OIDC_ISSUER: z.url(),
  /** The same realm as reached from inside: tokens and keys are fetched there. */
  OIDC_INSIDE_URL: z.url(),
  OIDC_CLIENT_ID: z.string(),
  OIDC_CLIENT_SECRET: z.string().min(16),
  /** Key that session cookies are sealed with. */
  SESSION_KEY: z.string().min(32),
});
export type DashboardEnv = z.infer<typeof DashboardEnv>;
