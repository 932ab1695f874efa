import type { ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Services } from "../api/services.ts";
import type { Impact } from "../approvals/impact.ts";
import type { Caller } from "../auth/caller.ts";
import type { Scope } from "../auth/roles.ts";
import type { Database, Transaction } from "../database/client.ts";

/** What happened, for the audit log; actor, operation and request id are added by the pipeline. */
export interface AuditDetails {
  readonly organizationId?: string;
  readonly projectRef?: string;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** What every handler is given. Everything in it has been checked. */
export interface RouteContext<Params, Query, Body, Loaded> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** What `load` found: the project or operation the path names, which the caller may see. */
  readonly loaded: Loaded;
  readonly caller: Caller;
  readonly services: Services;
  readonly requestId: string;
  readonly logger: Logger;
}

/** Finds what the path names; throws the same "not found" for what is foreign and what does not exist. */
export type Loader<Loaded, Params = unknown> = (
  db: Database | Transaction,
  caller: Caller,
  params: Params,
  scope: Scope,
  mode: "read" | "lock",
) => Promise<Loaded>;

/** What `change` returns: the answer, and what the audit log keeps of it. */
export interface Changed<Output> {
  readonly body: Output;
  readonly audit: AuditDetails;
}

interface Description<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType, Loaded> {
  /** One word for the route in logs, metrics, audit and OpenAPI. */
  readonly operation: string;
  readonly summary: string;
  readonly method: "get" | "post" | "patch" | "delete";
  /** Below the version prefix, with `{name}` for parameters. */
  readonly path: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyLimit?: number;
  readonly response: { readonly status: 200 | 201 | 202 | 204; readonly schema: R; readonly description: string };
  /** Undefined for the few routes without a caller. */
  readonly scope: Scope | undefined;
  readonly load?: Loader<Loaded, z.output<P>>;
  /** Other errors it answers with, for OpenAPI; those of the pipeline are added to every route. */
  readonly fails?: readonly number[];
}

type Context<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, Loaded> = RouteContext<
  z.output<P>,
  z.output<Q>,
  z.output<B>,
  Loaded
>;

export interface ReadRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType, Loaded>
  extends Description<P, Q, B, R, Loaded> {
  readonly kind: "read";
  /** Says what the audit log keeps of a successful answer; absent where reading is nothing to keep. */
  readonly audit?: (ctx: Context<P, Q, B, Loaded>) => AuditDetails | undefined;
  readonly handler: (ctx: Context<P, Q, B, Loaded>) => Promise<z.input<R>>;
}

export interface ChangeRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType, Loaded>
  extends Description<P, Q, B, R, Loaded> {
  readonly kind: "change";
  /** False where the answer holds a secret that must not be stored: then `Idempotency-Key` is refused. */
  readonly idempotent: boolean;
  /**
   * What it does to the project that `load` found: where the organization wants a second person for that, the call is refused
   * before the handler. `depends`: the handler sees to it, because only it knows what the call comes to.
   */
  readonly impact: Impact | "depends";
  /** Runs in one transaction with its audit row and idempotency row. */
  readonly handler: (ctx: Context<P, Q, B, Loaded>, tx: Transaction) => Promise<Changed<z.input<R>>>;
}

export interface StreamRoute<P extends z.ZodType, Q extends z.ZodType, Loaded>
  extends Description<P, Q, z.ZodType, z.ZodType, Loaded> {
  readonly kind: "stream";
  /** Writes the answer itself, until it ends or the signal says that the caller is gone or the server stops. */
  readonly handler: (
    ctx: Context<P, Q, z.ZodType, Loaded>,
    response: ServerResponse,
    request: { readonly headers: NodeJS.Dict<string | string[]> },
    signal: AbortSignal,
  ) => Promise<void>;
}

/** A route whose own types have been checked at its definition and are of no concern to the pipeline. */
export type Route =
  | ReadRoute<z.ZodType, z.ZodType, z.ZodType, z.ZodType, unknown>
  | ChangeRoute<z.ZodType, z.ZodType, z.ZodType, z.ZodType, unknown>
  | StreamRoute<z.ZodType, z.ZodType, unknown>;

/**
 * Declares a route. Authentication, authorisation, parsing, the check of the answer, errors, audit, idempotency and
 * OpenAPI follow from the declaration; a handler holds what is particular to it and nothing else.
 */
export function defineRead<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodType,
  Loaded = undefined,
>(route: Omit<ReadRoute<P, Q, B, R, Loaded>, "kind">): Route {
  return { kind: "read", ...route } as unknown as Route;
}

/** Declares a route that changes the control database; see {@link defineRead}. */
export function defineChange<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodType,
  Loaded = undefined,
>(route: Omit<ChangeRoute<P, Q, B, R, Loaded>, "kind">): Route {
  return { kind: "change", ...route } as unknown as Route;
}

/** Declares a route that streams server-sent events; see {@link defineRead}. */
export function defineStream<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  Loaded = undefined,
>(route: Omit<StreamRoute<P, Q, Loaded>, "kind">): Route {
  return { kind: "stream", ...route } as unknown as Route;
}
