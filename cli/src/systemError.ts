import { CliError, codeOf } from "./errors.ts";

/** What goes wrong with files, by the system's error code: the sentence, and what to do. */
const PROBLEMS: Readonly<Record<string, readonly [problem: string, nextStep: string]>> = {
  ENOSPC: ["the disk is full", "free some space (docker system prune removes what nothing uses), then run this again"],
  EDQUOT: ["this user's share of the disk is used up", "free some space, then run this again"],
  EROFS: ["the file system is read-only", "mount it writable, or set HOME to a folder that is"],
  EACCES: ["this user may not read or write there", "run it as the user who owns the instance, or as root"],
  EPERM: ["this user may not do that", "run it as the user who owns the instance, or as root"],
  EIO: ["the disk does not read or write any more", "look at the disk, then run this again"],
  EMFILE: ["too many files are open", "raise the limit of open files (ulimit -n), then run this again"],
  ENFILE: ["too many files are open on this machine", "end some programs, then run this again"],
};

/** A failure of the file system in plain words; undefined for everything else. */
export function systemProblem(error: unknown): CliError | undefined {
  const [problem, nextStep] = PROBLEMS[codeOf(error) ?? ""] ?? [];
  if (problem === undefined || error instanceof CliError) return undefined;
  const path = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
  return new CliError(path === undefined ? problem : `${problem}: ${path}`, nextStep, { cause: error });
}
