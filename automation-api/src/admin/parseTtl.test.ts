import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AdminUsageError, parseTtl } from "./runAdmin.ts";

describe("parseTtl", () => {
  it.each([
    ["60s", 60],
    ["30m", 1800],
    ["24h", 86_400],
    ["7d", 604_800],
  ])("reads %s", (text, seconds) => expect(parseTtl(text)).toBe(seconds));

  it.each(["", "24", "h", "0h", "-1h", "1.5h", "24H", "59s", "3651d", "999999999d", "24h ", "1w"])(
    "refuses %j",
    (text) => {
      expect(() => parseTtl(text)).toThrow(AdminUsageError);
    },
  );

  it("reads or refuses any text, in bounds", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseTtl(text)).toBeGreaterThanOrEqual(60);
        } catch (error) {
          expect(error).toBeInstanceOf(AdminUsageError);
        }
      }),
    );
  });
});
