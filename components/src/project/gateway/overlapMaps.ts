import { escapeRegex, type MapEntry, mapBlock } from "./nginxText.ts";

/** Digits of a time in seconds, until the year 2286. */
const DIGITS = 10;

/**
 * A regular expression for the times of nginx's `$msec` that are before a moment: nginx compares texts, not numbers, so that
 * each place is tried at which an earlier time is smaller.
 */
export function beforePattern(until: number): string {
  const digits = String(Math.max(0, until)).padStart(DIGITS, "0");
  const smaller = [...digits].flatMap((digit, at) =>
    digit === "0" ? [] : [`${digits.slice(0, at)}[0-${Number(digit) - 1}][0-9]{${DIGITS - 1 - at}}`],
  );
  // Nothing is before the beginning.
  return smaller.length === 0 ? "^$" : `^(?:${smaller.join("|")})\\.`;
}

/**
 * Variables that hide older keys once their time is over: `target` is `given`, or `over` where it is one of them. So a key of a
 * rotation ends to the second, even while nobody is there who could write a new configuration.
 */
export function overlapMaps(
  keys: readonly string[],
  until: number,
  hidden: readonly { readonly given: string; readonly target: string; readonly over: string }[],
): string[] {
  const running: MapEntry = [`~${beforePattern(until)}`, ""];
  const older = `~^over:(?:${keys.map(escapeRegex).join("|")})$`;
  return [
    ...mapBlock("$msec", "$sl_overlap", "over", [running]),
    ...hidden.flatMap(({ given, target, over }) => mapBlock(`$sl_overlap:${given}`, target, given, [[older, over]])),
  ];
}
