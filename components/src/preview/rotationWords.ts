import type { DetailedChange } from "@supalove/contracts/api/previews.ts";
import type { Json } from "./redactor.ts";

const hours = (value: Json) => (value === 1 ? "1 hour" : `${String(value)} hours`);

/**
 * What a rotation, or the end of its overlap, means to people.
 * @param detailed changes of the project's own settings, as `keys.generation`
 */
export function rotationWords(detailed: readonly DetailedChange[]): string[] {
  const changed = (path: string) => detailed.find((change) => change.path === path);
  const overlap = changed("keys.overlapHours");
  const words: string[] = [];
  if (changed("keys.generation") !== undefined) {
    words.push(
      "the JWT secret and the four API keys are made anew",
      overlap?.after == null
        ? "the old keys stop working at once, and with them users' sessions, whose JWTs the old secret signed"
        : `the old keys, and users' JWTs that the old secret signed, are accepted for ${hours(overlap.after)} from when this is applied`,
    );
  } else if (overlap !== undefined) {
    words.push("the old keys stop working now, and users' JWTs that the old secret signed");
  }
  if (changed("passwords") !== undefined) {
    words.push("the database passwords are made anew; connections with the old ones stay until they close");
  }
  return words;
}
