import { createHash } from "node:crypto";
import pg from "pg";
import { Pool } from "undici";
import type { ProcessSpec } from "../processes/processSpec.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { buildPostgrestEnv, restLogin } from "./buildPostgrestEnv.ts";

/** PostgREST's server closes connections that were idle for 30 s; ours go first, so none is used while it closes. */
const KEEP_ALIVE_MS = 20_000;
const PROBE_MS = 2_000;

async function status(client: Pool, method: "OPTIONS" | "HEAD"): Promise<number> {
  const answer = await client.request({ method, path: "/", headersTimeout: PROBE_MS, bodyTimeout: PROBE_MS });
  await answer.body.dump();
  return answer.statusCode;
}

/** How to run a tenant's PostgREST. @throws NotASharedTenantError */
export function postgrestSpec(tenant: Tenant, command: string): ProcessSpec<Pool> {
  const login = restLogin(tenant);
  const fingerprint = createHash("sha256")
    .update(JSON.stringify(buildPostgrestEnv(tenant, "")))
    .digest("base64");
  return {
    key: tenant.ref,
    fingerprint,
    // The pool, and the connection that listens for schema changes.
    connections: tenant.config.limits.restPool + 1,
    command,
    args: [],
    env: (socketPath) => buildPostgrestEnv(tenant, socketPath),
    connect: (socketPath) =>
      new Pool("http://postgrest", {
        socketPath,
        connections: tenant.config.limits.concurrency,
        pipelining: 1,
        allowH2: false,
        connect: { timeout: PROBE_MS },
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS,
      }),
    // 503 until the schema cache is loaded; asks the database nothing.
    probe: async (client) => (await status(client, "OPTIONS")) < 500,
    // The root document is made by a query.
    serves: async (client) => (await status(client, "HEAD")) < 500,
    dependencyUp: async () => {
      const client = new pg.Client({ ...login, connectionTimeoutMillis: PROBE_MS });
      client.on("error", () => undefined);
      await client.connect();
      await client.end();
      return true;
    },
  };
}
