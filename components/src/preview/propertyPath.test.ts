import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPath, type Path, parsePath } from "./propertyPath.ts";

describe("paths of properties", () => {
  it.each<[string, Path]>([
    ["limits.owner", ["limits", "owner"]],
    ["ports[0].external", ["ports", 0, "external"]],
    ['logOpts["max-size"]', ["logOpts", "max-size"]],
    ['options["a.b[0]"].c', ["options", "a.b[0]", "c"]],
    ["drift[12]", ["drift", 12]],
  ])("reads %s", (text, path) => expect(parsePath(text)).toEqual(path));

  it("reads what it writes", () => {
    const key = fc.string({ minLength: 1, maxLength: 12 });
    const path = fc.tuple(key, fc.array(fc.oneof(key, fc.nat(99)), { maxLength: 4 })).map(([k, rest]) => [k, ...rest]);
    fc.assert(
      fc.property(path, (parts) => {
        expect(parsePath(formatPath(parts))).toEqual(parts);
      }),
    );
  });

  it("takes what is no path as one key", () => expect(parsePath("a[b")).toEqual(["a[b"]));
});
