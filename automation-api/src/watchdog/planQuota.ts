import type { Size } from "@supalove/contracts";

const GIB = 1024 ** 3;

/** How large a database of the shared plan may grow, in bytes, by the project's size. Postgres itself has no such limit. */
const QUOTA: Readonly<Record<Size, number>> = {
  nano: 0.5 * GIB,
  micro: 2 * GIB,
  small: 8 * GIB,
  medium: 32 * GIB,
  large: 128 * GIB,
};

export const databaseQuota = (size: Size): number => QUOTA[size];

/** `full`: takes no more data, what is there can be read and deleted. `closed`: nobody may connect. */
export type QuotaState = "open" | "full" | "closed";

/** Below this share of the quota a full database is opened again: not at the quota itself, where it would flicker. */
const REOPEN_BELOW = 0.95;
/** A database that goes on growing in spite of its being full is closed at this multiple. */
const CLOSE_ABOVE = 2;

/** What a database's state should be, by its size and the state it has. */
export function quotaState(bytes: number, quota: number, current: QuotaState): QuotaState {
  if (bytes > quota * CLOSE_ABOVE) return "closed";
  if (bytes > quota) return "full";
  return current !== "open" && bytes > quota * REOPEN_BELOW ? "full" : "open";
}
