import { describe, expect, it } from "vitest";
import { packagesMatch } from "./packagesMatch.ts";

const wanted = {
  "": { version: "0.1.0" },
  cli: { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0", integrity: "x" },
  "node_modules/b-win32": { version: "1.0.0", integrity: "y", optional: true },
};

describe("packagesMatch", () => {
  it("holds when all is there, packages of other platforms aside", () => {
    expect(packagesMatch(wanted, { "node_modules/a": { version: "1.0.0", integrity: "x" } })).toBe(true);
  });

  it.each([
    ["a package is missing", {}],
    ["one has another version", { "node_modules/a": { version: "1.0.1", integrity: "x" } }],
    ["one has another content", { "node_modules/a": { version: "1.0.0", integrity: "z" } }],
    [
      "one is left over",
      { "node_modules/a": { version: "1.0.0", integrity: "x" }, "node_modules/old": { version: "1.0.0" } },
    ],
  ])("does not hold when %s", (_, installed) => {
    expect(packagesMatch(wanted, installed)).toBe(false);
  });
});
