import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTextFault } from "./textHygiene.ts";

const json = fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" });

/** Puts a text somewhere into a value. */
const place = (value: unknown, text: string, asKey: boolean): unknown =>
  asKey ? { outer: [{ [text]: value }] } : { outer: [value, { inner: text }] };

describe("findTextFault", () => {
  it("finds nothing in values a database can store", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(findTextFault(JSON.parse(JSON.stringify(value).replaceAll("\\u0000", "")))).toBeUndefined();
      }),
    );
  });

  it.each(["\0", "a\0b", "\ud800", "x\udc00y", "\udc00\ud800"])("finds %j as a text and as a name", (bad) => {
    fc.assert(
      fc.property(json, fc.boolean(), (value, asKey) => {
        const clean: unknown = JSON.parse(JSON.stringify(value).replaceAll("\\u0000", ""));
        expect(findTextFault(place(clean, bad, asKey))).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  it("says where", () => {
    expect(findTextFault({ a: [{ b: "x\0" }] })).toEqual({ path: "a.0.b", message: expect.stringContaining("NUL") });
  });

  it("refuses what nests without end, and does not overflow on it", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(30_000)}${"]".repeat(30_000)}`);
    expect(findTextFault(deep)).toMatchObject({ message: expect.stringContaining("deeper") });
  });

  it("takes whole surrogate pairs", () => {
    expect(findTextFault("🚀 名前")).toBeUndefined();
  });
});
