import type { CustomPostgresSettings, Size } from "@supalove/contracts";

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

interface SizeRow {
  readonly dbMemory: number;
  readonly cpus: number;
  readonly maxConnections: number;
  readonly restMemory: number;
  readonly restPool: number;
}

/** Each step has about twice the memory of the one before; connections as Supabase's compute sizes have them. */
const SIZE_ROWS: Readonly<Record<Size, SizeRow>> = {
  nano: { dbMemory: 384, cpus: 0.5, maxConnections: 60, restMemory: 128, restPool: 5 },
  micro: { dbMemory: 768, cpus: 1, maxConnections: 60, restMemory: 160, restPool: 10 },
  small: { dbMemory: 1536, cpus: 2, maxConnections: 90, restMemory: 192, restPool: 15 },
  medium: { dbMemory: 3072, cpus: 2, maxConnections: 120, restMemory: 256, restPool: 20 },
  large: { dbMemory: 6144, cpus: 4, maxConnections: 160, restMemory: 384, restPool: 30 },
};

/** Memory that the database server and its container need beside what Postgres is told to use, in MiB. */
const SERVER_OVERHEAD = 64;

/**
 * Shares of a dedicated project's containers and the settings of its Postgres.
 *
 * Postgres gets a quarter of its container for shared buffers, as its manual advises, and each of a session's sorts a share
 * that leaves the server alive when a third of the connections sort at once. What is set by hand wins.
 * @param custom settings that the project wishes for
 * @param cores processors of the server, which no container may be promised more of; unknown when absent
 */
export function planSize(size: Size, custom: CustomPostgresSettings = {}, cores?: number): SizePlan {
  const row = SIZE_ROWS[size];
  const cpus = Math.min(row.cpus, cores ?? row.cpus);
  const usable = row.dbMemory - SERVER_OVERHEAD;
  const shared = Math.floor(row.dbMemory / 4);
  const sorting = Math.max(1, Math.floor((usable - shared) / row.maxConnections / 1.5));
  return {
    db: { memoryMebibytes: row.dbMemory, cpus },
    rest: { memoryMebibytes: row.restMemory, cpus },
    // What postgres-meta takes for itself hardly depends on the project.
    meta: { memoryMebibytes: 320, cpus: Math.min(1, cpus) },
    gateway: { memoryMebibytes: 96, cpus },
    restPool: row.restPool,
    postgres: {
      max_connections: String(row.maxConnections),
      shared_buffers: `${shared}MB`,
      effective_cache_size: `${Math.floor((usable * 3) / 4)}MB`,
      maintenance_work_mem: `${Math.max(16, Math.floor(row.dbMemory / 16))}MB`,
      work_mem: `${sorting}MB`,
      max_wal_size: "1GB",
      max_parallel_workers: String(Math.max(1, Math.ceil(cpus))),
      ...custom,
    },
  };
}
