import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "@supalove/components/provider/postgres.ts";
import type { ClusterAccess, Size } from "@supalove/contracts";
import type pg from "pg";
import type { Logger } from "pino";
import { endSessions } from "./endSessions.ts";
import { enforceQuota } from "./enforceQuota.ts";
import type { WatchdogMetrics } from "./metrics.ts";
import { planEndings, WATCH_LIMITS, type WatchLimits } from "./planEndings.ts";
import { readCluster } from "./readCluster.ts";

export interface WatchdogOptions {
  readonly access: ClusterAccess;
  /** Sizes of the projects in the cluster, by ref; asked before each measuring of the databases. */
  readonly sizes: () => Promise<ReadonlyMap<string, Size>>;
  readonly metrics: WatchdogMetrics;
  /** Called each time the cluster has answered. */
  readonly onSight?: () => void;
  readonly logger: Logger;
  readonly limits?: WatchLimits;
  readonly everyMs?: number;
  readonly quotaEveryMs?: number;
}

/** A tenant can do harm for about this long before it is seen. */
const EVERY_MS = 1_000;
const QUOTA_EVERY_MS = 60_000;
/** Pause after the cluster could not be asked. */
const RETRY_MS = 2_000;

/**
 * Watches a shared cluster for what Postgres can't forbid to a tenant, and ends it: transactions left open, connections
 * hoarded, the disk filled. (The table of locks is watched by the guard library, inside the server: when it is full,
 * nobody can ask.) Runs until the signal aborts; safe on several runners at once.
 */
export async function watchCluster(options: WatchdogOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const session = await openSession(options.access, "postgres");
      try {
        await watchOver(session, options, signal);
      } finally {
        await session.end().catch(() => undefined);
      }
    } catch (error) {
      if (!signal.aborted) options.logger.warn({ err: error }, "the shared cluster can't be watched");
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function watchOver(session: pg.Client, options: WatchdogOptions, signal: AbortSignal): Promise<void> {
  const { sizes, metrics, logger, limits = WATCH_LIMITS } = options;
  let measuredAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const found = await readCluster(session);
    options.onSight?.();
    const planned = planEndings(found, limits);
    for (const { session: ended, reason } of await endSessions(session, planned)) {
      metrics.ended.inc({ reason });
      logger.warn({ role: ended.role, reason }, "a tenant's session was ended for the others' sake");
    }
    if (performance.now() - measuredAt > (options.quotaEveryMs ?? QUOTA_EVERY_MS)) {
      for (const change of await enforceQuota(session, await sizes())) {
        metrics.quota.inc({ state: change.state });
        logger.warn({ ...change }, "a tenant's database changed its state for its size");
      }
      measuredAt = performance.now();
    }
    await sleep(options.everyMs ?? EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
