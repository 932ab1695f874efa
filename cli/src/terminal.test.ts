import { describe, expect, it } from "vitest";
import { shellQuote } from "./platform/engineEnv.ts";
import { elapsed, table } from "./terminal.ts";

describe("elapsed", () => {
  it.each([
    [320, "0.3 s"],
    [42_400, "42 s"],
    [125_000, "2 min 05 s"],
  ])("%d ms is %s", (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });
});

describe("table", () => {
  it("aligns all but the last column", () => {
    expect(
      table([
        ["a", "bb", "x"],
        ["aaa", "b", "longer"],
      ]),
    ).toBe("a    bb  x\naaa  b   longer");
  });
});

describe("shellQuote", () => {
  it("survives a shell", () => {
    expect(shellQuote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  });
});
