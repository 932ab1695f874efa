import type { Database, Transaction } from "./client.ts";

/** Reads everything as it was at one moment, whatever is committed between the queries: Prisma asks for relations one by one. */
export function atOneMoment<T>(db: Database | Transaction, read: (tx: Transaction) => Promise<T>): Promise<T> {
  // Inside of somebody's transaction it is for that one's locks to keep things as they are.
  return isDatabase(db) ? db.$transaction(read, { isolationLevel: "RepeatableRead" }) : read(db);
}

const isDatabase = (db: Database | Transaction): db is Database => "$connect" in db;
