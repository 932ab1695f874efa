import type { RunnerEnv } from "@supalove/contracts";
import type { Logger } from "pino";
import type { BackupPort } from "../backups/backupPort.ts";
import type { Database } from "../database/client.ts";
import type { EnginePort } from "../engine/enginePort.ts";
import type { ImagePort } from "../images/imagePort.ts";
import type { OperationFeed } from "../operations/operationFeed.ts";
import type { CatalogFaults } from "./catalogFaults.ts";
import type { RunnerMetrics } from "./metrics.ts";
import type { Smoke } from "./smoke.ts";
import type { StackPort } from "./stackPort.ts";
import type { TenantLogins } from "./tenantLogins.ts";

/** Everything the runner works with; made once at start, replaced piece by piece in tests. */
export interface RunnerServices {
  readonly env: Pick<
    RunnerEnv,
    "SUPALOVE_INSTANCE" | "SUPALOVE_MASTER_KEY" | "SUPALOVE_DATA_PLANE_KEY" | "BACKUP_DIR" | "BACKUP_GRACE_DAYS"
  >;
  readonly database: Database;
  /** Name of the host this runner is on: in a container, of the container, for as long as that is there. */
  readonly host: string;
  readonly engine: EnginePort;
  readonly cancellations: OperationFeed;
  readonly smoke: Smoke;
  readonly logins: TenantLogins;
  readonly stacks: StackPort;
  readonly backups: BackupPort;
  readonly images: ImagePort;
  readonly catalogFaults: CatalogFaults;
  readonly metrics: RunnerMetrics;
  readonly logger: Logger;
  /** Aborted when the runner goes down and can't wait for operations any longer. */
  readonly stopping: AbortSignal;
  readonly lease: LeaseTimes;
  readonly health: HealthTimes;
  /** See {@link ROLLBACK_PAUSES_MS}. */
  readonly rollbackPausesMs: readonly number[];
}

/** Times of the lease that a runner holds on an operation. */
export interface LeaseTimes {
  readonly heartbeatMs: number;
  /** How long the lease lasts without a heartbeat. */
  readonly durationMs: number;
  /** How long before its end a runner that can't renew it stops by itself, whatever its clock says. */
  readonly marginMs: number;
}

/** How an upgraded project is waited for. */
export interface HealthTimes {
  /** How long until every container must be healthy. */
  readonly withinMs: number;
  /** How long they must stay so. */
  readonly staysMs: number;
  /** How long a new one may be unhealthy, which Docker calls it only after its own patience is over. */
  readonly illMs: number;
  readonly pauseMs: number;
}

/** Two minutes: a database that was stopped in order is back in seconds, one that has to read its log again may need them. */
export const HEALTH_TIMES: HealthTimes = { withinMs: 120_000, staysMs: 2_000, illMs: 30_000, pauseMs: 500 };

/**
 * Pauses before a rollback is tried again. What made the creation fail may be the cluster itself, which after a crash is
 * back within this time: until then nothing can be taken out of it.
 */
export const ROLLBACK_PAUSES_MS: readonly number[] = [1_000, 3_000, 6_000, 10_000, 20_000, 30_000];

export const LEASE_TIMES: LeaseTimes = { heartbeatMs: 3_000, durationMs: 15_000, marginMs: 3_000 };
