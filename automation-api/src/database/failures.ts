import { z } from "zod";
import { Prisma } from "../generated/prisma/client.ts";

const codeOf = (error: unknown) =>
  error instanceof Prisma.PrismaClientKnownRequestError || error instanceof Prisma.PrismaClientInitializationError
    ? "code" in error
      ? error.code
      : error.errorCode
    : undefined;

/** A row with the same unique value exists. */
export const isUniqueViolation = (error: unknown) => codeOf(error) === "P2002";

/** What the driver says of a failed statement of raw SQL, which has one code for all its failures. */
const RawFailure = z.object({ driverAdapterError: z.object({ cause: z.object({ kind: z.string() }) }) });

/** Another transaction won; the same one may succeed when it is made again. */
export function isWriteConflict(error: unknown): boolean {
  if (codeOf(error) === "P2034") return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== "P2010") return false;
  const failure = RawFailure.safeParse(error.meta);
  return failure.success && failure.data.driverAdapterError.cause.kind === "TransactionWriteConflict";
}

/** P1xxx: no connection; P2024 and P2028: no connection in time. */
const UNREACHABLE = new Set(["P1000", "P1001", "P1002", "P1003", "P1008", "P1010", "P1011", "P1017", "P2024", "P2028"]);

/** The control database can't be reached, or not in time. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && UNREACHABLE.has(code);
}
