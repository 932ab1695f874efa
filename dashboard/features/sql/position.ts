/** A place in a text as editors name it, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Offset in the text, from 0, in UTF-16 units as editors count. */
  readonly offset: number;
}

/**
 * Finds the place that Postgres names.
 * @param position counted from 1 in characters, not in UTF-16 units
 * @returns undefined for no position, or one outside of the text
 */
export function placeOf(text: string, position: string | undefined): Place | undefined {
  const wanted = Number(position);
  if (position === undefined || !Number.isInteger(wanted) || wanted < 1) return undefined;
  let offset = 0;
  let line = 1;
  let column = 1;
  let seen = 1;
  for (const character of text) {
    if (seen === wanted) return { line, column, offset };
    seen += 1;
    offset += character.length;
    if (character === "\n") {
      line += 1;
      column = 1;
    } else column += 1;
  }
  return seen === wanted ? { line, column, offset } : undefined;
}
