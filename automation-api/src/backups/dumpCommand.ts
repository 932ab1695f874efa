/** Waiting for a lock of somebody who does not end would be waiting for ever. */
const LOCK_WAIT = "60s";

/** `pg_dump` of what a tenant has, as a custom-format archive on stdout; address and password come by its environment. */
export const dumpArguments = (snapshot: string, leftOut: readonly string[]): string[] => [
  ...["--format=custom", `--lock-wait-timeout=${LOCK_WAIT}`, `--snapshot=${snapshot}`],
  ...leftOut.map((schema) => `--exclude-schema=${schema}`),
];

/** For whoever holds the snapshot while a dump is taken. */
export const SNAPSHOT_SETTINGS = [
  "set statement_timeout = 0",
  "set idle_in_transaction_session_timeout = 0",
  `set lock_timeout = '${LOCK_WAIT}'`,
  "set row_security = off",
  "set search_path = pg_catalog, pg_temp",
] as const;
