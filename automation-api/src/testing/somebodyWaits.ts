import type { Transaction } from "../database/client.ts";
import { sleepUntil } from "./sleepUntil.ts";

/** Waits until another session waits for a row or table that this transaction has locked. */
export async function somebodyWaits(tx: Transaction): Promise<void> {
  // Not `pg_stat_activity`, which stays as it is within a transaction.
  const waiting = () =>
    tx.$queryRaw<unknown[]>`
      select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`;
  await sleepUntil(async () => (await waiting()).length > 0, "somebody waits", 10_000);
}
