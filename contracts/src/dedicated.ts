import { z } from "zod";
import { InstanceName } from "./instance.ts";

/** Containers of a dedicated project; also the word in their names and labels, and their alias on the project's network. */
export const STACK_SERVICES = ["db", "rest", "meta", "gateway"] as const;
export const StackService = z.enum(STACK_SERVICES);
export type StackService = z.infer<typeof StackService>;

/** Those of them that can be left out. */
export const OPTIONAL_SERVICES = ["rest", "meta"] as const;
export const OptionalService = z.enum(OPTIONAL_SERVICES);
export type OptionalService = z.infer<typeof OptionalService>;

/** References of the images that a dedicated project runs. */
export const StackImages = z.object({ db: z.string(), rest: z.string(), meta: z.string(), gateway: z.string() });
export type StackImages = z.infer<typeof StackImages>;

/**
 * Settings of Postgres that may be set for a dedicated project; the list is that of the Management API's
 * `config/database/postgres`. What is not here either could lock the platform out or is derived from the size.
 */
export const POSTGRES_SETTINGS = [
  "effective_cache_size",
  "logical_decoding_work_mem",
  "maintenance_work_mem",
  "max_connections",
  "max_locks_per_transaction",
  "max_parallel_maintenance_workers",
  "max_parallel_workers",
  "max_parallel_workers_per_gather",
  "max_replication_slots",
  "max_slot_wal_keep_size",
  "max_standby_archive_delay",
  "max_standby_streaming_delay",
  "max_wal_senders",
  "max_wal_size",
  "max_worker_processes",
  "session_replication_role",
  "shared_buffers",
  "statement_timeout",
  "track_activity_query_size",
  "track_commit_timestamp",
  "wal_keep_size",
  "wal_sender_timeout",
  "work_mem",
] as const;
export const PostgresSettingName = z.enum(POSTGRES_SETTINGS);
export type PostgresSettingName = z.infer<typeof PostgresSettingName>;

/**
 * A value as it stands in `postgresql.conf`: a number with or without a unit, or a word. Rows may hold what can't be wished
 * for any more: that is `WishedPostgresSettings`.
 */
export const PostgresSettingValue = z
  .string()
  .regex(/^[A-Za-z0-9_.+-]{1,40}$/, "a setting's value is a number with or without a unit, or a word");

export const CustomPostgresSettings = z.partialRecord(PostgresSettingName, PostgresSettingValue);
export type CustomPostgresSettings = z.infer<typeof CustomPostgresSettings>;

/** Who may use an extra route: anybody, whoever has one of the project's keys, or the service key alone. */
export const ROUTE_ACCESS = ["none", "anon", "service"] as const;

/**
 * A route of a project's gateway beside Supabase's, as its row has it: what may be wished for is `WishedRoute`, whose rules
 * may have become stricter since.
 */
export const ExtraRoute = z.strictObject({
  path: z.string(),
  target: z.string(),
  auth: z.enum(ROUTE_ACCESS).default("anon"),
  strip_path: z.boolean().default(true),
});
export type ExtraRoute = z.infer<typeof ExtraRoute>;

/** What of a dedicated project can be wished for beside its size and its extensions. Column `stack` of its row. */
export const StackSettings = z.object({
  services: z.array(OptionalService),
  postgresSettings: CustomPostgresSettings,
  routes: z.array(ExtraRoute),
  /** Whether the database takes direct connections on a port of the server. */
  publishDatabase: z.boolean(),
  images: StackImages,
});
export type StackSettings = z.infer<typeof StackSettings>;

/** Desired state of a dedicated project's containers. */
export const DedicatedStack = StackSettings.extend({
  /** Port of the gateway on the server's bind address. */
  gatewayPort: z.number().int(),
  /** Port of the database there; taken only where it is published. */
  databasePort: z.number().int(),
  /** A paused project keeps its network, its volume and its secrets, and no container. */
  paused: z.boolean(),
});
export type DedicatedStack = z.infer<typeof DedicatedStack>;

/** A server, which is a Docker engine, as a stack that is placed there needs it. */
export const ServerPlace = z.object({
  kind: z.literal("server"),
  /** Address of the Docker engine, as `unix:///var/run/docker.sock` or `tcp://10.0.0.5:2375`. */
  endpoint: z.string(),
  instance: InstanceName,
  /** Processors that it has; null where its engine did not say. More than these it promises to no container. */
  cores: z.number().int().nullable(),
  /** Address of the server that ports are published on. */
  bindAddress: z.string(),
  /** Network that the gateways of all projects join; it publishes ports and keeps its members apart. */
  edgeNetwork: z.string(),
  /**
   * Host name or address by which the routing gateway reaches published ports of this server; null where it is on the edge
   * network itself and needs no port.
   */
  reachedAt: z.string().nullable(),
});
export type ServerPlace = z.infer<typeof ServerPlace>;

/** Name of a dedicated project's container, volume or network on its server; the network has no part. */
export const stackName = (instance: InstanceName, ref: string, part?: string) =>
  part === undefined ? `${instance}-${ref}` : `${instance}-${ref}-${part}`;
