import { describe, expect, it } from "vitest";
import { overlapHours } from "./overlap.ts";

describe("overlapHours", () => {
  it.each([
    ["0", 0],
    ["0h", 0],
    ["1h", 1],
    ["24h", 24],
    ["7d", 168],
    ["30d", 720],
  ])("%s is %i", (text, hours) => expect(overlapHours(text)).toBe(hours));

  it.each(["", "24", "-1h", "1.5h", "31d", "721h", "1w", "h", "1h1h", " 1h", "9".repeat(40)])("refuses %j", (text) =>
    expect(() => overlapHours(text)).toThrow(/no time for an overlap/),
  );
});
