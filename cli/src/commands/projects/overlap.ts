import { MAX_OVERLAP_HOURS } from "@supalove/contracts";
import { CliError } from "../../errors.ts";

/** The words for `--overlap`. */
export const OVERLAP_WORDS = `how long the old keys are accepted, too: 0, 12h, 7d; ${MAX_OVERLAP_HOURS / 24}d at most`;

/** Hours that an option means. @throws CliError */
export function overlapHours(text: string): number {
  const [, number, unit] = /^(0|[1-9]\d{0,3})(h|d)?$/.exec(text) ?? [];
  const hours = Number(number) * (unit === "d" ? 24 : 1);
  if (number === undefined || (unit === undefined && hours !== 0) || hours > MAX_OVERLAP_HOURS) {
    throw new CliError(
      `"${text.slice(0, 40)}" is no time for an overlap`,
      `write whole hours or days, as 24h or 7d, or 0 for none; ${MAX_OVERLAP_HOURS / 24}d at most`,
    );
  }
  return hours;
}
