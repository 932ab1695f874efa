import { type SharedProjectOutputs, tenantNames } from "@supalove/contracts";
import type { EnginePort } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { OperationFeed } from "../operations/operationFeed.ts";
import { RunnerMetrics } from "../runner/metrics.ts";
import { reap } from "../runner/reap.ts";
import { runOperation } from "../runner/runOperation.ts";
import type { RunnerServices } from "../runner/services.ts";
import { silent, type TestDatabase } from "./controlDatabase.ts";
import { testDataPlaneKeyring, testKeyring } from "./testEnv.ts";

/** What the engine would say to a command. May throw, as an engine that dies does. */
export type Script = (command: EngineCommand) => EngineOutcome | Promise<EngineOutcome>;

export interface TestRunner {
  /** Every command that an engine was given. */
  readonly commands: EngineCommand[];
  script: Script;
  /** Runs one operation to its end. */
  run(operationId: string): Promise<void>;
  /** As if the lease of everything that runs had expired. */
  expireLeases(): Promise<void>;
  close(): Promise<void>;
}

/** The runner's own code on a cloned control database; only the engine says what the test wants. */
export function startTestRunner(target: TestDatabase, script: Script): TestRunner {
  const commands: EngineCommand[] = [];
  const engine: EnginePort = {
    open: async () => ({
      identity: { host: "test", session: 1, startedAt: 1n },
      run: async (command, { fence }) => {
        if (!(await fence())) return { status: "aborted" };
        commands.push(command);
        return runner.script(command);
      },
      abort: () => undefined,
      close: async () => undefined,
    }),
    endLeftovers: async () => undefined,
    close: async () => undefined,
  };
  const cancellations = new OperationFeed(target.ownerUrl, "operation_cancel", silent);
  cancellations.start();
  const services: RunnerServices = {
    env: { SUPALOVE_MASTER_KEY: testKeyring, SUPALOVE_DATA_PLANE_KEY: testDataPlaneKeyring },
    database: target.owner,
    engine,
    cancellations,
    smoke: async () => undefined,
    logins: { open: async () => {}, close: async () => {} },
    catalogFaults: async () => new Set(),
    metrics: new RunnerMetrics(async () => 0),
    logger: silent,
    stopping: new AbortController().signal,
    lease: { heartbeatMs: 200, durationMs: 5_000, marginMs: 1_000 },
  };
  const runner: TestRunner = {
    commands,
    script,
    run: (id) => runOperation(services, id, "test-worker"),
    async expireLeases() {
      await target.owner.operation.updateMany({ where: { status: "running" }, data: { leaseUntil: new Date(0) } });
      await reap(target.owner, silent);
    },
    close: () => cancellations.stop(),
  };
  return runner;
}

/** Outputs of a shared project's stack. */
export function testOutputs(ref: string): SharedProjectOutputs {
  const secret = (name: string) => `the-${name}-of-${ref}`;
  return {
    database: tenantNames(ref).database,
    host: "shared-db",
    port: 5432,
    jwtSecret: secret("jwt_secret"),
    anonKey: secret("anon_key"),
    serviceRoleKey: secret("service_role_key"),
    publishableKey: secret("publishable_key"),
    secretKey: secret("secret_key"),
    passwords: {
      owner: secret("owner"),
      authenticator: secret("authenticator"),
      authAdmin: secret("authAdmin"),
      storageAdmin: secret("storageAdmin"),
    },
    schemaVersion: "1-test",
  };
}
