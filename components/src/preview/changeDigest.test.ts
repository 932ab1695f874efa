import type { PlannedChange } from "@supalove/contracts/api/previews.ts";
import { describe, expect, it } from "vitest";
import { changeDigest } from "./changeDigest.ts";
import { lookDigest } from "./lookDigest.ts";

const change = (...lines: readonly string[]): PlannedChange => ({
  urn: "urn:x",
  type: "x",
  name: "db-schema",
  op: "update",
  destructive: false,
  summary: "put right",
  detailed: lines.map((before, i) => ({ path: `drift[${i}]`, before, after: null, kind: "delete" })),
});

describe("changeDigest", () => {
  it("is the same for the same difference, whatever the order, and another when it moved on", () => {
    const one = change("a: 1", "b: 2");
    const reordered = { ...one, detailed: one.detailed.toReversed() };
    expect(changeDigest(reordered)).toBe(changeDigest(one));
    expect(changeDigest(change("a: 1", "b: 3"))).not.toBe(changeDigest(one));
    expect(changeDigest({ ...one, urn: "urn:y" })).not.toBe(changeDigest(one));
  });
});

describe("lookDigest", () => {
  it("is the same for the same findings, whatever the order", () => {
    const [one, other] = [change("a: 1"), { ...change("b: 2"), urn: "urn:y" }];
    expect(lookDigest([one, other])).toBe(lookDigest([other, one]));
    expect(lookDigest([one])).not.toBe(lookDigest([one, other]));
  });
});
