import fc from "fast-check";
import { expect, it } from "vitest";
import { markdown, percentile } from "./report.ts";

it("gives a percentile that is one of the samples and not below the share it names", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 0, max: 100 }), (samples, p) => {
      const value = percentile(samples, p);
      expect(samples).toContain(value);
      expect(samples.filter((s) => s <= value).length / samples.length).toBeGreaterThanOrEqual(p / 100);
    }),
  );
  expect(() => percentile([], 50)).toThrow(RangeError);
});

it("writes a table", () => {
  expect(markdown("T", [{ what: "a", value: 1.234, unit: "s" }])).toContain("| a | 1.23 s |  |");
});
