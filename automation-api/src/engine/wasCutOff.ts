import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import type { Diagnostic } from "./normaliseEvent.ts";

/** Words of an engine or a plugin that was killed, and of one that finds what such a run left: its lock, a container. */
const CUT_OFF = /was killed with SIG|exited prematurely|currently locked|already in use by container/;

/** Whether a run failed because it, or an earlier one, was killed in the middle: it may be made again, from a fresh look. */
export function wasCutOff(error: unknown, diagnostics: readonly Diagnostic[]): boolean {
  if (error instanceof ConcurrentUpdateError) return true;
  if (!(error instanceof Error)) return false;
  if ("signal" in error && error.signal === "SIGKILL") return true;
  return CUT_OFF.test([error.message, ...diagnostics.map(({ message }) => message)].join("\n"));
}
