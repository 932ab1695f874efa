import { describe, expect, it } from "vitest";
import { cellText, columnsOf } from "./cellText.ts";
import { placeOf } from "./position.ts";

describe("placeOf", () => {
  it("counts lines and columns from 1", () => {
    expect(placeOf("select\n  x", "10")).toEqual({ line: 2, column: 3, offset: 9 });
    expect(placeOf("x", "1")).toEqual({ line: 1, column: 1, offset: 0 });
  });

  it("counts characters as Postgres does, and offsets as editors do", () => {
    expect(placeOf("select '😀' frm", "12")).toEqual({ line: 1, column: 12, offset: 12 });
  });

  it("takes the end of the text, where Postgres misses something", () => {
    expect(placeOf("select (", "9")).toEqual({ line: 1, column: 9, offset: 8 });
  });

  it.each([undefined, "0", "-1", "1.5", "99", "x"])("has no place for %j", (position) => {
    expect(placeOf("select", position)).toBeUndefined();
  });
});

describe("cellText", () => {
  it.each([
    [null, "NULL"],
    ["", ""],
    ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    [12.5, "12.5"],
    [false, "false"],
    [{ a: [1, null] }, '{"a":[1,null]}'],
  ])("shows %j as %s", (value, text) => {
    expect(cellText(value)).toBe(text);
  });
});

it("columnsOf keeps the order of the result", () => {
  expect(columnsOf([{ b: 1, a: 2 }])).toEqual(["b", "a"]);
  expect(columnsOf([])).toEqual([]);
});
