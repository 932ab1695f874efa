import { SECRET_MASK } from "@supalove/contracts/api/previews.ts";
import { type Path, parsePath } from "./propertyPath.ts";
import type { Json } from "./redactor.ts";

/** What stands in the place of a value that only comes to be when the change is made. */
export const KNOWN_LATER = "[known later]";

/** Keys and values by which the engine marks special values (fixed by its protocol). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Keys the bridge and the engine keep to themselves. */
const isInternal = (key: string) => key.startsWith("__");

/**
 * A property as a person may see it: secrets masked, what is not known yet said so, the engine's own marks left out.
 * Undefined where there is nothing.
 */
export function plainValue(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return UNKNOWN.has(value) ? KNOWN_LATER : value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((child) => plainValue(child) ?? null);
  if (typeof value !== "object") return String(value);
  const entries = value as Readonly<Record<string, unknown>>;
  if (SIGNATURE in entries) return entries[SIGNATURE] === SECRET ? SECRET_MASK : special(entries);
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, child]): [string, Json][] => {
      const plain = isInternal(key) ? undefined : plainValue(child);
      return plain === undefined ? [] : [[key, plain]];
    }),
  );
}

/** Files, archives and references to other resources: what they are, not what is in them. */
function special(entries: Readonly<Record<string, unknown>>): string {
  for (const key of ["hash", "urn", "path", "uri"]) if (typeof entries[key] === "string") return entries[key];
  return "[special value]";
}

/** The part of a plain value that a path leads to; a secret on the way hides what is in it. */
export function valueAt(value: Json | undefined, path: string | Path): Json | undefined {
  let found = value;
  for (const part of typeof path === "string" ? parsePath(path) : path) {
    if (found === SECRET_MASK || found === KNOWN_LATER) return found;
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string | number, Json>>)[part];
  }
  return found;
}

/** Whether two plain values are the same, whatever the order of their keys. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a ?? null) === canonical(b ?? null);
}

/** A value as a text that does not depend on the order of keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}
