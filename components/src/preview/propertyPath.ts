/** Steps into a value: keys of objects, indexes of lists. */
export type Path = readonly (string | number)[];

const PART = /\.?([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Reads the engine's way to write a path: `limits.owner`, `ports[0]`, `options["a.b"]`. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    // Not a path of that form: one key, whatever it holds.
    if (match === null) return [text];
    const [, key, index, quoted] = match;
    if (index !== undefined) path.push(Number(index));
    else path.push(key ?? (quoted ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return path;
}

/** Writes a path as {@link parsePath} reads it. */
export function formatPath(path: Path): string {
  return path
    .map((part, at) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[^.[\]"\\]+$/.test(part)) return `["${part.replaceAll(/["\\]/g, "\\$&")}"]`;
      return at === 0 ? part : `.${part}`;
    })
    .join("");
}
