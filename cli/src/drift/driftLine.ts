import type { BaseDrift } from "./lastLook.ts";

/** What a status says of the last look for drift. */
export interface DriftStatus {
  readonly checked_at: string | null;
  /** Differences that were found and not accepted. */
  readonly changes: number;
  readonly accepted: number;
  /** Why the last look failed; the rest is older then. */
  readonly error: string | null;
}

/** Counts what the last look found; null where nobody looked. */
export function driftStatus({ checked_at, changes, error }: BaseDrift): DriftStatus | null {
  if (checked_at === null && error === null) return null;
  const accepted = changes.filter((change) => change.accepted).length;
  return { checked_at, changes: changes.length - accepted, accepted, error: error?.message ?? null };
}

/** The last look in a line: what it found, and when. */
export function driftLine({ checked_at, changes, accepted, error }: DriftStatus, now: Date): string {
  if (checked_at === null) return `drift: the look failed: ${error}`;
  const when = ago(now.getTime() - Date.parse(checked_at));
  const known = accepted === 0 ? "" : `, ${accepted} accepted`;
  const found =
    changes === 0
      ? `drift: none${known}, looked ${when}`
      : `drift: ${changes} ${changes === 1 ? "change" : "changes"} found${known} ${when}: ./supalove drift`;
  return error === null ? found : `${found} (the last look failed: ${error})`;
}

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["days", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
];

/** How long ago something was, in its largest unit; in days from two on. */
export function ago(ms: number): string {
  const unit = UNITS.find(([name, length]) => ms >= (name === "days" ? 2 : 1) * length);
  return unit === undefined ? "just now" : `${Math.floor(ms / unit[1])} ${unit[0]} ago`;
}
