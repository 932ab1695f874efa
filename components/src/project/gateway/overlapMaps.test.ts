import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beforePattern, overlapMaps } from "./overlapMaps.ts";

describe("the end of an overlap in a gateway", () => {
  it("comes to the second: every time before it fits, none from it on", () => {
    const time = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 });
    fc.assert(
      fc.property(time, time, fc.integer({ min: 0, max: 999 }), (until, now, ms) => {
        const msec = `${now}.${String(ms).padStart(3, "0")}`;
        expect(new RegExp(beforePattern(until)).test(msec)).toBe(now < until);
      }),
    );
    expect(new RegExp(beforePattern(1_700_000_000)).test("1699999999.999")).toBe(true);
    expect(new RegExp(beforePattern(1_700_000_000)).test("1700000000.000")).toBe(false);
    expect(new RegExp(beforePattern(0)).test("0000000000.000")).toBe(false);
  });

  it("hides the older keys and no other one", () => {
    const maps = overlapMaps(["a.b-c"], 1_700_000_000, [{ given: "$given", target: "$target", over: "-" }]).join("\n");
    expect(maps).toContain('map "$sl_overlap:$given" $target');
    expect(maps).toContain('default "$given";');
    expect(maps).toContain('"~^over:(?:a\\\\.b\\\\-c)$" "-";');
  });
});
