import { createServer } from "node:http";
import { ApiEnv } from "@supalove/contracts";
import { Authenticator } from "../auth/authenticate.ts";
import { oidcVerifier } from "../auth/keycloakToken.ts";
import { parseEnv } from "../config/parseEnv.ts";
import { openDatabase } from "../database/client.ts";
import { HttpMetrics } from "../http/metrics.ts";
import { startMetricsServer } from "../http/metricsServer.ts";
import { createLogger } from "../logging/logger.ts";
import { EventReader } from "../operations/eventReader.ts";
import { OperationFeed } from "../operations/operationFeed.ts";
import { AddressLookups } from "../organizations/addressLookups.ts";
import { httpDataPlane } from "../projects/dataPlane.ts";
import { shutDownOnSignal } from "../shutdown/shutDownOnSignal.ts";
import { createApp } from "./app.ts";
import { isReady } from "./isReady.ts";
import type { Services } from "./services.ts";

/** Connections to the control database; the event feed has one more. */
const POOL_SIZE = 10;

const env = parseEnv(ApiEnv, "api");
const logger = createLogger("api", env.LOG_LEVEL);
const database = openDatabase(env.DATABASE_URL, "supalove-api", POOL_SIZE);
const verifyOidc = oidcVerifier({ issuer: env.OIDC_ISSUER, jwksUrl: env.OIDC_JWKS_URL, audience: env.OIDC_AUDIENCE });
const services: Services = {
  env,
  database,
  logger,
  authenticator: new Authenticator(database, verifyOidc),
  feed: new OperationFeed(env.DATABASE_URL, "operation_event", logger),
  events: new EventReader(database),
  lookups: new AddressLookups(),
  dataPlane: httpDataPlane(env.DATA_PLANE_URL, env.DATA_PLANE_TOKEN),
};
const metrics = new HttpMetrics();
const server = createServer(createApp(services, metrics));
// Longer than a database query may take; bodies themselves have to arrive sooner.
server.requestTimeout = 30_000;
server.headersTimeout = 10_000;
server.keepAliveTimeout = 65_000;

services.feed.start();
const metricsServer = await startMetricsServer(env.METRICS_PORT, metrics.registry, () => isReady(database));
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(env.PORT, "0.0.0.0", resolve);
});
logger.info({ port: env.PORT }, "api listens");

shutDownOnSignal(logger, [
  {
    name: "requests",
    timeoutMs: 5_000,
    run: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await services.feed.stop();
      server.closeIdleConnections();
      await closed;
    },
  },
  { name: "metrics", timeoutMs: 1_000, run: async () => void metricsServer.close() },
  { name: "database", timeoutMs: 2_000, run: () => database.$disconnect() },
]);
