/** How deep a body may nest; nothing this API takes comes near. */
const MAX_DEPTH = 32;

/** Why a value can't be taken, and where in it; undefined when all its texts are sound. */
export interface TextFault {
  readonly path: string;
  readonly message: string;
}

/** Postgres stores no NUL, and half a surrogate pair is no character in UTF-8. */
function faultOf(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain a NUL character";
  if (!text.isWellFormed()) return "must not contain half a surrogate pair";
  return undefined;
}

/**
 * Finds the first text or key in a JSON value that no database could store. Walks with a list instead of calling itself:
 * the input decides how deep it is.
 */
export function findTextFault(value: unknown): TextFault | undefined {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: "", depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item.value === "string") {
      const message = faultOf(item.value);
      if (message) return { path: item.path, message };
    } else if (typeof item.value === "object" && item.value !== null) {
      if (item.depth >= MAX_DEPTH) return { path: "", message: `must not nest deeper than ${MAX_DEPTH} levels` };
      for (const [key, child] of Object.entries(item.value)) {
        const message = faultOf(key);
        if (message) return { path: item.path, message: `field names ${message}` };
        open.push({ value: child, path: item.path === "" ? key : `${item.path}.${key}`, depth: item.depth + 1 });
      }
    }
  }
  return undefined;
}
