import { once } from "node:events";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { availableParallelism } from "node:os";
import type { GatewayEnv } from "@supalove/contracts";
import type { Pool } from "undici";
import { GatewayError } from "./errors/gatewayError.ts";
import { Admission } from "./gateway/admission.ts";
import { createGatewayServer } from "./gateway/createGatewayServer.ts";
import { DedicatedBackend } from "./gateway/dedicatedBackend.ts";
import { plannedService } from "./gateway/plannedService.ts";
import { requestRenewal } from "./gateway/renewRequest.ts";
import type { Service } from "./gateway/service.ts";
import { Tunnels } from "./gateway/tunnel.ts";
import { createInternalServer } from "./internal/createInternalServer.ts";
import { TenantPools } from "./internal/tenantPools.ts";
import { AccessLog } from "./observability/accessLog.ts";
import { createMetricsServer } from "./observability/createMetricsServer.ts";
import type { Logger } from "./observability/logger.ts";
import { createMetrics } from "./observability/metrics.ts";
import { cleanUpLeftovers } from "./processes/pidFile.ts";
import { ProcessManager } from "./processes/processManager.ts";
import { graphqlService } from "./rest/graphqlService.ts";
import { RestBackend, restService } from "./rest/restService.ts";
import { RegistryReader } from "./tenants/registryReader.ts";
import { SnapshotFile } from "./tenants/snapshotFile.ts";
import { TenantRegistry } from "./tenants/tenantRegistry.ts";

/** Caps over all tenants: what one Node process carries well. */
const MAX_ACTIVE_REQUESTS = 2_000;
const MAX_WAITING_REQUESTS = 5_000;
const MAX_QUEUE_WAIT_MS = 10_000;
const MAX_SOCKETS_PER_TENANT = 500;
/** A PostgREST that serves normal traffic has 15 to 40 MB of its own. */
const MAX_PROCESS_BYTES = 512 * 1024 * 1024;
const START_TIMEOUT_MS = 10_000;
const QUERY_CAPS = { maxRows: 50_000, maxBytes: 32 * 1024 * 1024, deadlineMs: 60_000 };
/** How long a start waits for the control database before it serves from the snapshot alone. */
const FIRST_SYNC_MS = 3_000;
/** Requests in flight may end in this time when the service is told to stop. */
const DRAIN_MS = 5_000;

export interface DataPlane {
  /** Ends the service: refuses new requests, lets those in flight end, leaves no process and no connection behind. */
  stop(): Promise<void>;
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port);
  await once(server, "listening");
}

/** Starts the whole data plane; resolves once it serves. */
export async function startDataPlane(env: GatewayEnv, log: Logger): Promise<DataPlane> {
  mkdirSync(env.SOCKET_DIR, { recursive: true, mode: 0o700 });
  const leftovers = cleanUpLeftovers(env.SOCKET_DIR);
  if (leftovers > 0) log.warn({ leftovers }, "processes of an earlier run ended");

  const metrics = createMetrics();
  let reader: RegistryReader | undefined;
  const registry = new TenantRegistry(env.SUPALOVE_DATA_PLANE_KEY, log, (sink) => {
    reader = new RegistryReader(env.REGISTRY_URL, sink, log);
    return reader;
  });
  const snapshot = new SnapshotFile(env.SNAPSHOT_FILE, log);
  registry.preload(await snapshot.read());

  const processes = new ProcessManager<Pool>(
    {
      directory: env.SOCKET_DIR,
      maxProcesses: env.REST_MAX_PROCESSES,
      maxConnections: env.REST_MAX_CONNECTIONS,
      maxTotalBytes: env.REST_MEMORY_MB * 1024 * 1024,
      maxProcessBytes: MAX_PROCESS_BYTES,
      idleMs: env.REST_IDLE_SECONDS * 1000,
      startTimeoutMs: START_TIMEOUT_MS,
      maxStarting: availableParallelism() * 2,
      maxWaitMs: MAX_QUEUE_WAIT_MS,
    },
    {
      started: (key, ms) => {
        metrics.processStarts.observe(ms / 1000);
        log.info({ ref: key, ms: Math.round(ms) }, "PostgREST started");
      },
      ended: (key, reason) => {
        metrics.processEnds.inc({ reason });
        log.info({ ref: key, reason }, "PostgREST ended");
      },
    },
    log,
  );
  const renewal = requestRenewal(registry);
  const rest = new RestBackend({ processes, command: env.POSTGREST_BIN, renewal });
  const services: readonly Service[] = [
    restService(rest),
    graphqlService(rest),
    plannedService("auth"),
    plannedService("storage"),
    plannedService("realtime"),
    plannedService("functions"),
  ];
  const pools = new TenantPools(QUERY_CAPS, (ref) => processes.renew(ref));
  const tunnels = new Tunnels(MAX_SOCKETS_PER_TENANT);
  const dedicated = new DedicatedBackend(renewal);
  const admission = new Admission({
    maxActive: MAX_ACTIVE_REQUESTS,
    maxWaiting: MAX_WAITING_REQUESTS,
    maxWaitMs: MAX_QUEUE_WAIT_MS,
  });

  /** Everything that holds a connection to the tenant's database, closed. */
  const release = async (ref: string) => {
    tunnels.closeTenant(ref);
    admission.evict(ref, new GatewayError("project_unavailable", "The project was stopped."));
    await Promise.all([processes.stopKey(ref), pools.closeTenant(ref, true)]);
  };
  registry.onChange((ref, row) => {
    snapshot.schedule(() => registry.snapshot());
    // An active tenant's processes and pools follow its row by themselves with the next request.
    if (row?.status === "active") return;
    release(ref).catch((error: unknown) => log.error({ ref, reason: String(error) }, "tenant not released"));
  });

  metrics.watch({
    tenants: () => registry.size,
    registryConnected: () => reader?.connected ?? false,
    activeRequests: () => admission.active,
    waitingRequests: () => admission.waiting,
    webSockets: () => tunnels.size,
    processes: () => processes.counts(),
    restConnections: () => processes.connections,
    queryPools: () => pools.size,
  });
  let stopping = false;
  const gatewayServer = createGatewayServer({
    registry,
    renewal,
    services,
    dedicated,
    admission,
    tunnels,
    accessLog: new AccessLog(log, metrics),
    domain: env.GATEWAY_DOMAIN.toLowerCase(),
    stopping: () => stopping,
  });
  const internalServer = createInternalServer({
    token: env.DATA_PLANE_TOKEN,
    registry,
    pools,
    caps: QUERY_CAPS,
    release,
    restState: (ref) => processes.stateOf(ref),
    metrics,
    log,
  });
  const isReady = () => !stopping && (registry.size > 0 || (reader?.connected ?? false));
  const metricsServer = createMetricsServer(metrics, isReady);

  await listen(metricsServer, env.METRICS_PORT);
  reader?.start();
  await Promise.race([registry.synced, new Promise((resolve) => setTimeout(resolve, FIRST_SYNC_MS).unref())]);
  await listen(internalServer, env.INTERNAL_PORT);
  await listen(gatewayServer, env.PORT);
  log.info({ port: env.PORT, tenants: registry.size, fromControlDatabase: reader?.connected }, "gateway serves");

  const stop = async () => {
    stopping = true;
    log.info("gateway stops");
    const closed = [gatewayServer, internalServer].map((server) => new Promise((resolve) => server.close(resolve)));
    gatewayServer.closeIdleConnections();
    internalServer.closeIdleConnections();
    tunnels.closeAll();
    await Promise.race([Promise.all(closed), new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    gatewayServer.closeAllConnections();
    internalServer.closeAllConnections();
    await Promise.all([processes.close(), pools.closeAll(), reader?.close(), dedicated.close()]);
    await snapshot.close(() => registry.snapshot());
    metricsServer.close();
    metricsServer.closeAllConnections();
  };
  return { stop };
}
