/** A value of a result as one line of text; null is told apart from an empty text by the table. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

/** Columns of a result, in the order they came. */
export const columnsOf = (rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  rows[0] === undefined ? [] : Object.keys(rows[0]);
