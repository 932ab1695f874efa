import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import { createApp } from "../api/app.ts";
import type { Services } from "../api/services.ts";
import { Authenticator } from "../auth/authenticate.ts";
import { oidcVerifier } from "../auth/keycloakToken.ts";
import { openDatabase } from "../database/client.ts";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import { HttpMetrics } from "../http/metrics.ts";
import { EventReader } from "../operations/eventReader.ts";
import { OperationFeed } from "../operations/operationFeed.ts";
import { AddressLookups } from "../organizations/addressLookups.ts";
import type { DataPlane } from "../projects/dataPlane.ts";
import { silent, type TestDatabase } from "./controlDatabase.ts";
import { testApiEnv } from "./testEnv.ts";

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly list: Record<string, unknown>[];
}

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

export interface TestApi {
  readonly url: string;
  readonly metrics: HttpMetrics;
  /** Token of the local admin. */
  readonly token: string;
  call(path: string, call?: Call): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly dataPlane?: DataPlane;
  readonly env?: Record<string, string>;
}

/** The real api on a port of its own, with the api's own login on a cloned control database. */
export async function startTestApi(target: TestDatabase, options: TestApiOptions = {}): Promise<TestApi> {
  const env = testApiEnv(target.apiUrl, options.env);
  const database = openDatabase(target.apiUrl, "test-api", 5);
  const feed = new OperationFeed(target.apiUrl, "operation_event", silent);
  const oidc = oidcVerifier({ issuer: env.OIDC_ISSUER, jwksUrl: env.OIDC_JWKS_URL, audience: env.OIDC_AUDIENCE });
  const services: Services = {
    env,
    database,
    feed,
    events: new EventReader(database),
    authenticator: new Authenticator(database, oidc),
    lookups: new AddressLookups(),
    dataPlane: options.dataPlane ?? { query: () => Promise.reject(new Error("no data plane in this test")) },
    logger: silent,
  };
  feed.start();
  const metrics = new HttpMetrics();
  const server = createServer(createApp(services, metrics));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { token } = await insertAccessToken(target.owner, LOCAL_ADMIN, "test", undefined);
  return {
    url,
    metrics,
    token,
    async call(path, call = {}) {
      const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
      const bearer = call.token === undefined ? token : call.token;
      const response = await fetch(url + path, {
        method: call.method ?? (body === undefined ? "GET" : "POST"),
        headers: {
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
          ...call.headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      const parsed: unknown = text === "" ? {} : JSON.parse(text);
      return {
        status: response.status,
        headers: response.headers,
        body: parsed as Record<string, unknown>,
        list: Array.isArray(parsed) ? (parsed as Record<string, unknown>[]) : [],
      };
    },
    async close() {
      await feed.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await database.$disconnect();
    },
  };
}
