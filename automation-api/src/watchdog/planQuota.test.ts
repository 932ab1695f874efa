import { SIZES } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { databaseQuota, quotaState } from "./planQuota.ts";

describe("quotaState", () => {
  it("fills above the quota, closes at twice of it, opens again below it with some distance", () => {
    expect(quotaState(100, 100, "open")).toBe("open");
    expect(quotaState(101, 100, "open")).toBe("full");
    expect(quotaState(201, 100, "full")).toBe("closed");
    expect(quotaState(97, 100, "full")).toBe("full");
    expect(quotaState(97, 100, "open")).toBe("open");
    expect(quotaState(95, 100, "full")).toBe("open");
    expect(quotaState(150, 100, "closed")).toBe("full");
  });

  it("gives a larger size more room", () => {
    const quotas = SIZES.map(databaseQuota);
    expect(quotas).toEqual(quotas.toSorted((a, b) => a - b));
    expect(new Set(quotas).size).toBe(SIZES.length);
  });
});
