import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ProjectRef, TenantQueryBody } from "@supalove/contracts";
import { GatewayError } from "../errors/gatewayError.ts";
import { findActiveTenant } from "../gateway/routeRequest.ts";
import { digest } from "../keys/digest.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { TenantRegistry } from "../tenants/tenantRegistry.ts";
import { dedicatedQuery } from "./dedicatedQuery.ts";
import { QueryError } from "./queryError.ts";
import { readJson } from "./readJson.ts";
import type { QueryCaps } from "./runQuery.ts";
import type { TenantPools } from "./tenantPools.ts";

export interface InternalApi {
  readonly token: string;
  readonly registry: TenantRegistry;
  readonly pools: TenantPools;
  readonly caps: QueryCaps;
  /** Ends everything that holds a connection to a tenant's database; resolves when it is closed. */
  readonly release: (ref: string) => Promise<void>;
  readonly restState: (ref: string) => "running" | "starting" | "stopped";
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const PATH = /^\/internal\/v1\/tenants\/([^/?]+)(?:\/(query|release))?$/;

function authorized(req: IncomingMessage, token: string): boolean {
  const given = /^Bearer (\S+)$/.exec(req.headers.authorization ?? "")?.[1];
  // Digests have one length and say nothing about how much of the token was right.
  return given !== undefined && timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(token)));
}

async function answer(api: InternalApi, req: IncomingMessage): Promise<Answer> {
  if (!authorized(req, api.token)) {
    return { status: 401, body: { code: "unauthorized", message: "The internal API needs the data plane's token." } };
  }
  const [, refText, action] = PATH.exec(req.url ?? "") ?? [];
  const ref = ProjectRef.safeParse(refText);
  if (!ref.success) throw new GatewayError("route_not_found", "The internal API has no such path.");
  if (action === "query" && req.method === "POST") return query(api, ref.data, req);
  if (action === "release" && req.method === "POST") {
    await api.release(ref.data);
    return { status: 200, body: { released: true } };
  }
  if (action === undefined && req.method === "GET") return show(api, ref.data);
  throw new GatewayError("method_not_allowed", "The internal API does not take this method here.");
}

async function query(api: InternalApi, ref: string, req: IncomingMessage): Promise<Answer> {
  const body = TenantQueryBody.safeParse(await readJson(req));
  if (!body.success) {
    throw new QueryError(400, "invalid_request", body.error.issues.map((issue) => issue.message).join("; "));
  }
  const tenant = await findActiveTenant(api.registry, ref);
  const { query: text, read_only: readOnly } = body.data;
  const { target } = tenant.config;
  const request = { query: text, readOnly };
  if (target.plan === "dedicated")
    return { status: 200, body: await dedicatedQuery(tenant, target.url, request, api.caps) };
  return { status: 200, body: await api.pools.query(tenant, request) };
}

/** What the gateway knows of a tenant: lets the control plane wait until a change has arrived. */
function show(api: InternalApi, ref: string): Answer {
  const row = api.registry.row(ref);
  if (row === undefined) throw new GatewayError("project_not_found", `The gateway does not know project ${ref}.`);
  return { status: 200, body: { ref, status: row.status, version: row.version, rest: api.restState(ref) } };
}

async function handle(api: InternalApi, req: IncomingMessage, res: ServerResponse): Promise<void> {
  let result: Answer;
  try {
    result = await answer(api, req);
    if (req.url?.endsWith("/query")) api.metrics.queries.inc({ outcome: result.status < 300 ? "ok" : "refused" });
  } catch (error) {
    if (error instanceof QueryError || error instanceof GatewayError) {
      result = { status: error.status, body: error.body };
    } else {
      api.log.error({ reason: error instanceof Error ? error.message : String(error) }, "internal request failed");
      result = { status: 500, body: { code: "internal_error", message: "The data plane failed on this request." } };
    }
    api.metrics.queries.inc({ outcome: result.status < 500 ? "refused" : "failed" });
  }
  if (res.destroyed) return;
  res.writeHead(result.status, { "content-type": "application/json; charset=utf-8" });
  res.end(JSON.stringify(result.body));
}

/** The API for the control plane: internal network only, and only with the data plane's token. */
export function createInternalServer(api: InternalApi): Server {
  return createServer({ requestTimeout: 60_000 }, (req, res) => void handle(api, req, res));
}
