/**
 * An argument of a directive in quotes. Variables in it stay variables, so it is for texts of this folder and for what
 * was asserted before.
 */
export function quote(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) throw new TypeError("nginx's configuration is printable ASCII");
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A plain text as a part of a regular expression. */
export const escapeRegex = (text: string): string => text.replace(/[^A-Za-z0-9_/]/g, "\\$&");

export const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === "" ? "" : `  ${line}`));

/** A directive with a body, e.g. `location / { ... }`. */
export const block = (head: string, body: readonly string[]): string[] => [`${head} {`, ...indent(body), "}"];

/** One line of a `map`: a pattern as nginx writes it (`~...` for a regular expression) and its value. */
export type MapEntry = readonly [pattern: string, value: string];

/** A variable that is computed from others when it is first looked at. */
export function mapBlock(source: string, variable: string, fallback: string, entries: readonly MapEntry[]): string[] {
  return block(`map ${quote(source)} ${variable}`, [
    `default ${quote(fallback)};`,
    ...entries.map(([pattern, value]) => `${quote(pattern)} ${quote(value)};`),
  ]);
}
