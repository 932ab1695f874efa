import { type CustomPostgresSettings, DEDICATED_SIZES, type Size } from "@supalove/contracts";

/** What one container may use. */
export interface ContainerShare {
  readonly memoryMebibytes: number;
  readonly cpus: number;
}

/** Everything that follows from a dedicated project's size. */
export interface SizePlan {
  readonly db: ContainerShare;
  readonly rest: ContainerShare;
  readonly meta: ContainerShare;
  readonly gateway: ContainerShare;
  /** Connections of PostgREST's pool. */
  readonly restPool: number;
  /** Settings of Postgres, as `name -> value`. */
  readonly postgres: Readonly<Record<string, string>>;
}

/** Memory of PostgREST's container and connections of its pool, by size. */
const REST: Readonly<Record<Size, { readonly memoryMebibytes: number; readonly pool: number }>> = {
  nano: { memoryMebibytes: 128, pool: 5 },
  micro: { memoryMebibytes: 160, pool: 10 },
  small: { memoryMebibytes: 192, pool: 15 },
  medium: { memoryMebibytes: 256, pool: 20 },
  large: { memoryMebibytes: 384, pool: 30 },
};

/** Memory that the database server and its container need beside what Postgres is told to use, in MiB. */
const SERVER_OVERHEAD = 64;

/**
 * Shares of a dedicated project's containers and the settings of its Postgres.
 *
 * Postgres gets a quarter of its container for shared buffers, as its manual advises, and each of a session's sorts a share
 * that leaves the server alive when a third of the connections sort at once. What is set by hand wins.
 * @param custom settings that the project wishes for
 * @param cores processors of the server, which no container may be promised more of; null where they are not known
 */
export function planSize(size: Size, custom: CustomPostgresSettings = {}, cores: number | null = null): SizePlan {
  const row = DEDICATED_SIZES[size];
  const rest = REST[size];
  const cpus = Math.min(row.cpus, cores ?? row.cpus);
  const usable = row.memoryMebibytes - SERVER_OVERHEAD;
  const shared = Math.floor(row.memoryMebibytes / 4);
  const sorting = Math.max(1, Math.floor((usable - shared) / row.maxConnections / 1.5));
  return {
    db: { memoryMebibytes: row.memoryMebibytes, cpus },
    rest: { memoryMebibytes: rest.memoryMebibytes, cpus },
    // What postgres-meta takes for itself hardly depends on the project.
    meta: { memoryMebibytes: 320, cpus: Math.min(1, cpus) },
    gateway: { memoryMebibytes: 96, cpus },
    restPool: rest.pool,
    postgres: {
      max_connections: String(row.maxConnections),
      shared_buffers: `${shared}MB`,
      effective_cache_size: `${Math.floor((usable * 3) / 4)}MB`,
      maintenance_work_mem: `${Math.max(16, Math.floor(row.memoryMebibytes / 16))}MB`,
      work_mem: `${sorting}MB`,
      max_wal_size: "1GB",
      max_parallel_workers: String(Math.max(1, Math.ceil(cpus))),
      ...custom,
    },
  };
}
