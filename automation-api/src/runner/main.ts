import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { schemaVersion } from "@supalove/components/tenantSql/index.ts";
import { RunnerEnv } from "@supalove/contracts";
import { dockerBackups } from "../backups/dockerBackups.ts";
import { forgetBackups, sweepBackups } from "../backups/sweepBackups.ts";
import { parseEnv } from "../config/parseEnv.ts";
import { openDatabase } from "../database/client.ts";
import { findMigrations, MigrationFailed, MigrationMismatch, migrate } from "../database/migrate.ts";
import { DEFAULT_CLUSTER, seedInstance } from "../database/seedInstance.ts";
import { scheduleLooks } from "../drift/scheduleLooks.ts";
import { ChildEngine } from "../engine/childEngine.ts";
import { removeEngineFolders } from "../engine/engineFolder.ts";
import { EngineEnv } from "../engine/engineSettings.ts";
import { sweepPreviewFolders } from "../engine/previewFolder.ts";
import { startMetricsServer } from "../http/metricsServer.ts";
import { dockerImages } from "../images/dockerImages.ts";
import { seedCatalogue } from "../images/seedCatalogue.ts";
import { createLogger } from "../logging/logger.ts";
import { OperationFeed } from "../operations/operationFeed.ts";
import { shutDownOnSignal } from "../shutdown/shutDownOnSignal.ts";
import { watchCluster } from "../watchdog/clusterWatchdog.ts";
import { watchDisk } from "../watchdog/diskMetrics.ts";
import { LastSeen } from "../watchdog/lastSeen.ts";
import { WatchdogMetrics } from "../watchdog/metrics.ts";
import { projectSizes } from "../watchdog/projectSizes.ts";
import { catalogFaults } from "./catalogFaults.ts";
import { countProjects } from "./countProjects.ts";
import { dockerStacks } from "./dockerStacks.ts";
import { forgetOld } from "./forgetOld.ts";
import { beginsItsHost, inheritLeases } from "./inheritLeases.ts";
import { RunnerMetrics } from "./metrics.ts";
import { queueCutOver } from "./queueCutOver.ts";
import { queueUpgrade } from "./queueUpgrade.ts";
import { readExtensions } from "./readExtensions.ts";
import { reap } from "./reap.ts";
import { recheckHealthy, recheckProjects } from "./recheckProjects.ts";
import { stackRecheck } from "./recheckStacks.ts";
import { repeat } from "./repeat.ts";
import { HEALTH_TIMES, LEASE_TIMES, ROLLBACK_PAUSES_MS, type RunnerServices } from "./services.ts";
import { gatewaySmoke } from "./smoke.ts";
import { startQueue } from "./startQueue.ts";
import { tenantLogins } from "./tenantLogins.ts";
import { tidyPreviews } from "./tidyPreviews.ts";
import { watchStacks } from "./watchStacks.ts";

const REAP_EVERY_MS = 5_000;
const RECHECK_EVERY_MS = 20_000;
const RECHECK_HEALTHY_EVERY_MS = 60_000;
/** Two looks this far apart make a project unhealthy: more than the probes of a container take to think better of it. */
const RECHECK_STACKS_EVERY_MS = 20_000;
/** One project is taken at a time, and only while nobody waits: looking costs one small query. */
const UPGRADE_EVERY_MS = 2_000;
/** One small query; until then the gateway alone refuses keys whose overlap is over. */
const CUT_OVER_EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;
const EXTENSIONS_EVERY_MS = 300_000;
const BACKUPS_EVERY_MS = 600_000;
/** The first time comes at once; after that there is something to do only where an engine did not answer. */
const IMAGES_EVERY_MS = 60_000;
const DRIFT_EVERY_MS = 30_000;
const TIDY_EVERY_MS = 3_600_000;
/** Short, as somebody waits for it; where nobody looks it is one small query. */
const STACKS_EVERY_MS = 2_000;
/** How long the gateway may take to serve a new project before it counts as unhealthy. */
const SMOKE_PATIENCE_MS = 20_000;
/** The watchdog looks every second; measuring many databases, or a new session, may hold it up for some. */
const CLUSTER_SIGHT_MS = 15_000;
/** How long operations may go on after the runner was told to go down. */
const DRAIN_MS = 5_000;
/** How long the control database may take to come up beside this process. */
const DATABASE_PATIENCE_MS = 120_000;

const env = parseEnv(RunnerEnv, "runner");
const engineEnv = parseEnv(EngineEnv, "runner");
const logger = createLogger("runner", env.LOG_LEVEL);
await untilMigrated();

const database = openDatabase(env.DATABASE_URL, "supalove-runner", env.CONCURRENCY * 2 + 4);
await seedInstance(database, env);

const host = hostname();
// Before the first engine process is started and the first operation taken.
if (beginsItsHost(process)) {
  await Promise.all([removeEngineFolders(engineEnv.SUPALOVE_STACKS_DIR), inheritLeases(database, host)]);
}
// The same extension as this file's: the engine process is a source file beside this one, or a bundle.
const childName = `./operationChild${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`;
const engine = new ChildEngine({
  entry: fileURLToPath(new URL(childName, import.meta.url)),
  env: { ...engineEnv, NODE_COMPILE_CACHE: `${engineEnv.SUPALOVE_STACKS_DIR}/.compile-cache` },
  workRoot: engineEnv.SUPALOVE_STACKS_DIR,
  spares: env.CONCURRENCY,
  logger,
});
const cancellations = new OperationFeed(env.DATABASE_URL, "operation_cancel", logger);
cancellations.start();
const waiting = { status: { in: ["queued", "interrupted"] } };
const stopping = new AbortController();
const services: RunnerServices = {
  env,
  database,
  host,
  engine,
  cancellations,
  logins: tenantLogins,
  stacks: dockerStacks,
  backups: dockerBackups(database, env),
  images: dockerImages(env),
  catalogFaults: catalogFaults({ database, env }),
  smoke: gatewaySmoke(env.GATEWAY_URL, SMOKE_PATIENCE_MS),
  metrics: new RunnerMetrics(() => database.operation.count({ where: waiting }), countProjects(database)),
  logger,
  stopping: stopping.signal,
  lease: LEASE_TIMES,
  health: HEALTH_TIMES,
  rollbackPausesMs: ROLLBACK_PAUSES_MS,
};
watchDisk(services.metrics.registry);
const background = new AbortController();
const clusterSight = new LastSeen(CLUSTER_SIGHT_MS);
const reaping = async () => services.metrics.reaped.inc(await reap(database, logger));
await reaping();
await sweepPreviewFolders(engineEnv.SUPALOVE_STACKS_DIR);

const queue = await startQueue(services, env.DATABASE_URL, env.CONCURRENCY);
const loops = [
  repeat("reaping", REAP_EVERY_MS, background.signal, logger, reaping),
  repeat("rechecking healthy projects", RECHECK_HEALTHY_EVERY_MS, background.signal, logger, () =>
    recheckHealthy(services),
  ),
  repeat("rechecking stacks", RECHECK_STACKS_EVERY_MS, background.signal, logger, stackRecheck(services)),
  repeat("upgrading projects", UPGRADE_EVERY_MS, background.signal, logger, () =>
    queueUpgrade(database, schemaVersion()),
  ),
  repeat("ending overlaps of keys", CUT_OVER_EVERY_MS, background.signal, logger, () => queueCutOver(database)),
  repeat("forgetting", FORGET_EVERY_MS, background.signal, logger, () => forgetOld(database, env)),
  repeat("rechecking", RECHECK_EVERY_MS, background.signal, logger, () => recheckProjects(services)),
  watchCluster(
    {
      access: env.DEFAULT_CLUSTER,
      sizes: () => projectSizes(database, DEFAULT_CLUSTER),
      metrics: new WatchdogMetrics(services.metrics.registry),
      onSight: () => clusterSight.seen(),
      logger,
    },
    background.signal,
  ),
  repeat("scheduling looks for drift", DRIFT_EVERY_MS, background.signal, logger, async () => {
    if (env.DRIFT_EVERY_HOURS > 0) await scheduleLooks(database, env.DRIFT_EVERY_HOURS * 3_600_000);
  }),
  repeat("watching stacks", STACKS_EVERY_MS, background.signal, logger, () => watchStacks(services)),
  // The first time comes at once: what a killed runner left is in the way of nobody for long.
  repeat("tidying backups", BACKUPS_EVERY_MS, background.signal, logger, async () => {
    await forgetBackups(services);
    await sweepBackups(services);
  }),
  repeat("naming images", IMAGES_EVERY_MS, background.signal, logger, () =>
    seedCatalogue({ database, images: services.images, logger }, env.STACK_IMAGES, background.signal),
  ),
  repeat("tidying previews", TIDY_EVERY_MS, background.signal, logger, () => tidyPreviews(database)),
  repeat("reading extensions", EXTENSIONS_EVERY_MS, background.signal, logger, () =>
    readExtensions(database, DEFAULT_CLUSTER, env.DEFAULT_CLUSTER),
  ),
];
const isReady = () =>
  database.$queryRaw`select 1`.then(
    () => true,
    () => false,
  );
const metricsServer = await startMetricsServer(env.METRICS_PORT, services.metrics.registry, isReady, {
  // The one part that only the runner and the gateway reach; the gateway has no login of its own there.
  "shared-cluster": () => clusterSight.isRecent(),
});
logger.info({ concurrency: env.CONCURRENCY }, "runner takes operations");

shutDownOnSignal(logger, [
  {
    name: "operations",
    timeoutMs: DRAIN_MS + 8_000,
    run: async () => {
      background.abort();
      // No new jobs from now on; those that run get some time, then they are asked to stop.
      const drained = queue.stop();
      const timer = setTimeout(() => stopping.abort(), DRAIN_MS);
      await drained;
      clearTimeout(timer);
    },
  },
  { name: "engine", timeoutMs: 3_000, run: () => engine.close() },
  {
    name: "connections",
    timeoutMs: 3_000,
    run: async () => {
      metricsServer.close();
      await cancellations.stop();
      await Promise.all(loops);
      await database.$disconnect();
    },
  },
]);

/** Applies the migrations as soon as the control database answers. */
async function untilMigrated(): Promise<void> {
  const deadline = performance.now() + DATABASE_PATIENCE_MS;
  for (;;) {
    try {
      await migrate(env.DATABASE_URL, findMigrations(import.meta.dirname), logger);
      return;
    } catch (error) {
      const final = error instanceof MigrationFailed || error instanceof MigrationMismatch;
      if (final || performance.now() > deadline) throw error;
      logger.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        "waiting for the control database",
      );
      await sleep(1_000);
    }
  }
}
