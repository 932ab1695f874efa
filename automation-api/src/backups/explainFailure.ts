import { sqlState } from "@supalove/components/provider/postgres.ts";
import { DatabaseNotRunning } from "@supalove/components/provider/projectDatabase/access.ts";
import { FileAltered } from "./backupFiles.ts";
import { BackupFailed } from "./backupPort.ts";

/** Longest part of a program's own words that is shown. */
const SHOWN = 200;

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/ENOSPC|no space left on device/i, "the disk is full"],
  [
    /password authentication failed/i,
    "the project's database login does not take the password the platform has: it was changed by SQL " +
      "(`PATCH /v1/projects/{ref}/database/password` sets a new one)",
  ],
  [/lock.{0,20}timeout/i, "a session of the project holds a lock on one of its tables and does not give it up"],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|could not connect|connection to server .* failed/i,
    "its database does not answer",
  ],
];

/** What went wrong, to be read after "because"; whatever it is, the log has all of it. */
export function explainFailure(error: unknown): string {
  if (error instanceof BackupFailed) return error.message;
  if (error instanceof FileAltered)
    return "the file reads differently from how it was written: the disk may be failing";
  if (error instanceof DatabaseNotRunning) return "its database does not come up";
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  for (const [pattern, words] of KNOWN) if (pattern.test(`${code} ${text}`)) return words;
  const own = /^(?:pg_dump|pg_restore|psql)[^\n]*?(?:error|ERROR|FATAL): *(.+)$/m.exec(text)?.[1];
  if (own !== undefined) return `Postgres said: ${own.slice(0, SHOWN)}`;
  const state = sqlState(error);
  return state === undefined ? "of an error that the runner's log tells" : `of an error of the database (${state})`;
}
