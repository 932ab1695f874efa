import { errors } from "./errors.ts";

/** Query string as a flat object. A name given twice is an error: no rule says which one would win. */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf("?");
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  if (start < 0) return found;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (name in found) throw errors.invalidInput([{ in: "query", path: name.slice(0, 64), message: "is given twice" }]);
    found[name] = value;
  }
  return { ...found };
}
