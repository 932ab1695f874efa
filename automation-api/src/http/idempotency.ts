import { createHmac } from "node:crypto";
import type { Keyring } from "@supalove/contracts";
import { IdempotencyKeyHeader } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { ApiError } from "./apiError.ts";
import { errors } from "./errors.ts";
import { parseInput } from "./parseInput.ts";

/** How long an answer is kept for its key. */
export const IDEMPOTENCY_HOURS = 24;

export interface IdempotentRequest {
  readonly key: string;
  readonly userId: string;
  readonly operation: string;
  readonly hash: string;
}

/**
 * Reads the `Idempotency-Key` header; undefined without one.
 * The hash over the request is keyed, because a body may hold a password short enough to be guessed from a plain one.
 */
export function readIdempotencyKey(
  header: string | string[] | undefined,
  ring: Keyring,
  request: { userId: string; operation: string; params: unknown; body: unknown },
): IdempotentRequest | undefined {
  if (header === undefined) return undefined;
  const key = parseInput(IdempotencyKeyHeader, "header", header);
  const hash = createHmac("sha256", ring.keys[ring.current] ?? "")
    .update(JSON.stringify([request.operation, request.params ?? null, request.body ?? null]))
    .digest("hex");
  return { key, userId: request.userId, operation: request.operation, hash };
}

/** For routes whose answer holds a secret: it would have to be stored. */
export function refuseIdempotencyKey(header: string | string[] | undefined): void {
  if (header === undefined) return;
  throw errors.invalidInput([
    { in: "header", path: "Idempotency-Key", message: "is not taken here: the answer is secret and not kept" },
  ]);
}

/**
 * First statement of a change made under a key: waits for a twin in flight, then returns the answer it left, if any.
 * The lock is the transaction's, so a crash leaves nothing behind.
 */
export async function findEarlierAnswer(tx: Transaction, request: IdempotentRequest): Promise<unknown> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`${request.userId} ${request.key}`}, 0))`;
  await tx.$executeRaw`delete from idempotency_keys
    where user_id = ${request.userId}::uuid and created_at < now() - make_interval(hours => ${IDEMPOTENCY_HOURS}::int)`;
  const row = await tx.idempotencyKey.findUnique({
    where: { userId_key: { userId: request.userId, key: request.key } },
  });
  if (row === null) return undefined;
  if (row.requestHash !== request.hash) {
    throw new ApiError(
      "idempotency_key_reused",
      "This Idempotency-Key was used for a different request.",
      "Use a fresh key for each new request.",
    );
  }
  return row.response;
}

/** Keeps the answer, in the transaction that made the change. */
export async function keepAnswer(
  tx: Transaction,
  request: IdempotentRequest,
  status: number,
  body: unknown,
): Promise<void> {
  await tx.idempotencyKey.create({
    data: {
      userId: request.userId,
      key: request.key,
      operation: request.operation,
      requestHash: request.hash,
      status,
      response: body as Prisma.InputJsonValue,
    },
  });
}
