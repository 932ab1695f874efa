import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readQuery } from "./readQuery.ts";

describe("readQuery", () => {
  it("reads what URLSearchParams writes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (values) => {
        const url = `/x?${new URLSearchParams(values)}`;
        expect({ ...readQuery(url) }).toEqual(Object.fromEntries(new URLSearchParams(values)));
      }),
    );
  });

  it("refuses a name that is given twice", () => {
    expect(() => readQuery("/x?a=1&a=2")).toThrow(/twice/);
  });

  it("takes names of Object's own for plain names", () => {
    expect(readQuery("/x?constructor=1&toString=2")).toEqual({ constructor: "1", toString: "2" });
  });

  it("is empty without a question mark", () => {
    expect(readQuery("/x")).toEqual({});
  });
});
