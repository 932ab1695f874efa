import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "../generated/prisma/client.ts";

export type Database = PrismaClient;
/** What a query inside a transaction is made with. */
export type Transaction = Prisma.TransactionClient;

/** Seconds until a statement is given up: nothing the api or the runner asks for takes longer unless something is wrong. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Opens the control database; connections are made on first use. */
export function openDatabase(url: string, applicationName: string, poolSize: number): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    application_name: applicationName,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: STATEMENT_TIMEOUT_MS } });
}
