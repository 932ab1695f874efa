import type { Request, Response } from "express";
import type { Logger } from "pino";
import { z } from "zod";
import type { Services } from "../api/services.ts";
import { refuseUnapproved } from "../approvals/approvalPolicy.ts";
import { ANONYMOUS, type Caller } from "../auth/caller.ts";
import type { Database, Transaction } from "../database/client.ts";
import { isWriteConflict } from "../database/failures.ts";
import { writeAudit } from "./audit.ts";
import type { Changed, ChangeRoute, ReadRoute, Route, RouteContext } from "./defineRoute.ts";
import { findEarlierAnswer, keepAnswer, readIdempotencyKey, refuseIdempotencyKey } from "./idempotency.ts";
import { parseInput } from "./parseInput.ts";
import { DEFAULT_BODY_LIMIT, readJsonBody } from "./readJsonBody.ts";
import { readQuery } from "./readQuery.ts";

/** A change that lost against another transaction is made again this often. */
const CHANGE_ATTEMPTS = 3;

type Context = RouteContext<unknown, unknown, unknown, unknown>;

/** An answer did not fit its own schema: a fault of ours, which must not reach the caller. */
export class ResponseMismatch extends Error {
  override readonly name = "ResponseMismatch";
}

/** Takes one request through a route: caller, input, handler, answer. Errors are left to the renderer. */
export async function runRoute(
  route: Route,
  services: Services,
  request: Request,
  response: Response,
  requestId: string,
  logger: Logger,
): Promise<void> {
  const caller =
    route.scope === undefined ? ANONYMOUS : await services.authenticator.authenticate(request.headers.authorization);
  const params = route.params ? parseInput(route.params, "path", request.params) : undefined;
  const query = route.query ? parseInput(route.query, "query", readQuery(request.url)) : undefined;
  const raw = route.body ? await readJsonBody(request, route.bodyLimit ?? DEFAULT_BODY_LIMIT) : undefined;
  const body = route.body ? parseInput(route.body, "body", raw) : undefined;
  const base = { params, query, body, caller, services, requestId, logger };
  if (route.kind === "change") {
    const answer = await makeChange(route, base, request);
    send(response, route, answer);
    return;
  }
  const context: Context = { ...base, loaded: await load(route, services.database, caller, params, "read") };
  if (route.kind === "stream") {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await route.handler(context, response, request, AbortSignal.any([gone.signal, services.feed.closing]));
    return;
  }
  send(response, route, await read(route, context));
}

async function read(
  route: ReadRoute<z.ZodType, z.ZodType, z.ZodType, z.ZodType, unknown>,
  context: Context,
): Promise<unknown> {
  const body = checkAnswer(route, await route.handler(context));
  const audit = route.audit?.(context);
  if (audit) await writeAudit(context.services.database, context.caller, route.operation, context.requestId, audit);
  return body;
}

async function makeChange(
  route: ChangeRoute<z.ZodType, z.ZodType, z.ZodType, z.ZodType, unknown>,
  base: Omit<Context, "loaded">,
  request: Request,
): Promise<unknown> {
  const { caller, services, params, body, requestId } = base;
  const header = request.headers["idempotency-key"];
  if (!route.idempotent) refuseIdempotencyKey(header);
  const { userId } = caller;
  const identity = { userId, operation: route.operation, params, body };
  const idempotent = readIdempotencyKey(header, services.env.SUPALOVE_MASTER_KEY, identity);
  const attempt = () =>
    services.database.$transaction(async (tx) => {
      const earlier = idempotent && (await findEarlierAnswer(tx, idempotent));
      if (earlier !== undefined) return earlier;
      const loaded = await load(route, tx, caller, params, "lock");
      if (route.impact !== "none" && route.impact !== "depends") {
        await refuseUnapproved(tx, organizationOf(route, loaded), route.impact);
      }
      const changed: Changed<unknown> = await route.handler({ ...base, loaded }, tx);
      const answer = checkAnswer(route, changed.body);
      await writeAudit(tx, caller, route.operation, requestId, changed.audit);
      if (idempotent) await keepAnswer(tx, idempotent, route.response.status, answer);
      return answer;
    });
  for (let left = CHANGE_ATTEMPTS - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !isWriteConflict(error)) throw error;
    }
  }
}

/** @throws Error for a route that says what it does to a project and finds none: a fault of ours */
function organizationOf(route: Route, loaded: unknown): string {
  const found = z.object({ organizationId: z.string() }).safeParse(loaded);
  if (found.success) return found.data.organizationId;
  throw new Error(`${route.operation} changes a project, but loads none`);
}

async function load(
  route: Route,
  db: Database | Transaction,
  caller: Caller,
  params: unknown,
  mode: "read" | "lock",
): Promise<unknown> {
  if (route.load === undefined || route.scope === undefined) return undefined;
  return route.load(db, caller, params, route.scope, mode);
}

function checkAnswer(route: Route, body: unknown): unknown {
  const result = route.response.schema.safeParse(body);
  if (result.success) return result.data;
  throw new ResponseMismatch(`${route.operation}: ${z.prettifyError(result.error)}`);
}

function send(response: Response, route: Route, body: unknown): void {
  response.status(route.response.status);
  if (route.response.status === 204) response.end();
  else response.json(body);
}
