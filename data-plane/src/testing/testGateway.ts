import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayEnv } from "@supalove/contracts";
import { freePort } from "@supalove/testing/freePort.ts";
import type { TestPostgres } from "@supalove/testing/startPostgres.ts";
import { silentLogger } from "../observability/logger.ts";
import { type DataPlane, startDataPlane } from "../startDataPlane.ts";
import { postgrestBinary } from "./postgrestBinary.ts";
import { testKeyring } from "./testTenants.ts";

export const TEST_TOKEN = "data-plane-token-of-the-tests-0123456789";

export interface TestGateway {
  readonly url: string;
  readonly internalUrl: string;
  readonly metricsUrl: string;
  readonly port: number;
  readonly env: GatewayEnv;
  stop(): Promise<void>;
}

/** A gateway on free ports. Give `folder` to start another one over the first's sockets and snapshot. */
export async function startTestGateway(
  postgres: Pick<TestPostgres, "host" | "port">,
  overrides: Partial<Record<keyof GatewayEnv, string>> = {},
  folder?: string,
): Promise<TestGateway & { folder: string; removeFolder: () => Promise<void> }> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), "supalove-gw-")));
  const [port, internal, metrics] = await Promise.all([freePort(), freePort(), freePort()]);
  const env = GatewayEnv.parse({
    SUPALOVE_INSTANCE: "test",
    PORT: String(port),
    INTERNAL_PORT: String(internal),
    METRICS_PORT: String(metrics),
    REGISTRY_URL: `postgres://supalove_data_plane:registry@${postgres.host}:${postgres.port}/supalove`,
    SUPALOVE_DATA_PLANE_KEY: JSON.stringify(testKeyring),
    DATA_PLANE_TOKEN: TEST_TOKEN,
    POSTGREST_BIN: await postgrestBinary(),
    SOCKET_DIR: own,
    SNAPSHOT_FILE: join(own, "tenants.json"),
    ...overrides,
  });
  const dataPlane: DataPlane = await startDataPlane(env, silentLogger());
  return {
    url: `http://127.0.0.1:${port}`,
    internalUrl: `http://127.0.0.1:${internal}`,
    metricsUrl: `http://127.0.0.1:${metrics}`,
    port,
    env,
    stop: () => dataPlane.stop(),
    folder: own,
    removeFolder: () => rm(own, { recursive: true, force: true }),
  };
}
