import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runner } from "graphile-worker";
import { openDatabase } from "../database/client.ts";
import { OperationFeed } from "../operations/operationFeed.ts";
import { RunnerMetrics } from "../runner/metrics.ts";
import { reap } from "../runner/reap.ts";
import { runOperation } from "../runner/runOperation.ts";
import type { HealthTimes, LeaseTimes, RunnerServices } from "../runner/services.ts";
import { startQueue } from "../runner/startQueue.ts";
import { silent, type TestDatabase } from "./controlDatabase.ts";
import { FakeBackups } from "./fakeBackups.ts";
import { FakeEngine } from "./fakeEngine.ts";
import { FakeImages } from "./fakeImages.ts";
import { testDataPlaneKeyring, testKeyring } from "./testEnv.ts";

/** Long enough that no lease runs out by itself while a test is slow. */
const PATIENT: LeaseTimes = { heartbeatMs: 1_000, durationMs: 60_000, marginMs: 1_000 };

export const FAKE_HEALTH: HealthTimes = { withinMs: 2_000, staysMs: 20, illMs: 200, pauseMs: 10 };
/** Servers without a container. */
export const FAKE_STACKS: RunnerServices["stacks"] = {
  cores: async () => null,
  look: async () => [],
  states: async () => new Map(),
  restart: async () => {},
};

export interface FakeEngineRunner {
  readonly engine: FakeEngine;
  readonly services: RunnerServices;
  /** Runs one operation to its end, as a worker of this name would. */
  run(operationId: string, worker?: string): Promise<void>;
  /** Takes operations from the queue from now on. */
  takeJobs(concurrency: number): Promise<Runner>;
  /** What the timer does now and then. */
  reap(): Promise<number>;
  /** As if the lease of everything that runs had expired, and the timer noticed. Gives how many it took back. */
  expireLeases(): Promise<number>;
  /** The runner is told to go down and can't wait any longer. */
  stop(): void;
  close(): Promise<void>;
}

export interface FakeEngineRunnerOptions {
  /** Name of its host, "test" by default. */
  readonly host?: string;
  readonly lease?: LeaseTimes;
  readonly health?: HealthTimes;
  /** What the gateway has to say against a project; nothing by default. */
  readonly smoke?: RunnerServices["smoke"];
  /** Containers of dedicated projects; none by default. */
  readonly stacks?: RunnerServices["stacks"];
  /** Backups of projects; by default all are good. */
  readonly backups?: RunnerServices["backups"];
  /** Images and what runs of them; by default all are good. */
  readonly images?: RunnerServices["images"];
  /** Projects whose database or login is missing; none by default. */
  readonly faulty?: () => ReadonlySet<string>;
}

/** The real runner on a cloned control database, with an engine that does what the test says. */
export function startFakeEngineRunner(target: TestDatabase, options: FakeEngineRunnerOptions = {}): FakeEngineRunner {
  const database = openDatabase(target.ownerUrl, "test-runner", 6);
  const engine = new FakeEngine();
  const cancellations = new OperationFeed(target.ownerUrl, "operation_cancel", silent);
  cancellations.start();
  const stopping = new AbortController();
  const backupFolder = mkdtempSync(join(tmpdir(), "supalove-backups-"));
  const services: RunnerServices = {
    env: {
      SUPALOVE_INSTANCE: "test",
      SUPALOVE_MASTER_KEY: testKeyring,
      SUPALOVE_DATA_PLANE_KEY: testDataPlaneKeyring,
      BACKUP_DIR: backupFolder,
      BACKUP_GRACE_DAYS: 7,
    },
    database,
    host: options.host ?? "test",
    engine,
    cancellations,
    smoke: options.smoke ?? (async () => undefined),
    logins: { open: async () => {}, close: async () => {} },
    backups: options.backups ?? new FakeBackups(),
    images: options.images ?? new FakeImages(),
    stacks: options.stacks ?? FAKE_STACKS,
    catalogFaults: async () => options.faulty?.() ?? new Set(),
    metrics: new RunnerMetrics(
      async () => 0,
      async () => [],
    ),
    logger: silent,
    stopping: stopping.signal,
    lease: options.lease ?? PATIENT,
    health: options.health ?? FAKE_HEALTH,
    rollbackPausesMs: [10, 10],
  };
  const queues: Runner[] = [];
  return {
    engine,
    services,
    run: (operationId, worker = "test") => runOperation(services, operationId, worker),
    async takeJobs(concurrency) {
      const queue = await startQueue(services, target.ownerUrl, concurrency);
      queues.push(queue);
      return queue;
    },
    reap: () => reap(database, silent),
    async expireLeases() {
      await database.operation.updateMany({ where: { status: "running" }, data: { leaseUntil: new Date(0) } });
      return reap(database, silent);
    },
    stop: () => stopping.abort(),
    async close() {
      stopping.abort();
      await engine.close();
      await Promise.all(queues.map((queue) => queue.stop().catch(() => undefined)));
      await cancellations.stop();
      await database.$disconnect();
      rmSync(backupFolder, { recursive: true, force: true });
    },
  };
}
