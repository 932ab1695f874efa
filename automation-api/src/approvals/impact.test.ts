import { OPERATION_KINDS } from "@supalove/contracts";
import { APPROVAL_POLICIES } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { IMPACT_OF_KIND, type Impact, needsApproval } from "./impact.ts";

const IMPACTS: readonly Impact[] = ["none", "run", "change", "destroy"];

describe("needsApproval", () => {
  it.each([
    ["none", []],
    ["destructive", ["destroy"]],
    ["always", ["run", "change", "destroy"]],
  ] as const)("under %s holds %j", (policy, held) => {
    expect(IMPACTS.filter((impact) => needsApproval(policy, impact))).toEqual(held);
  });

  it("holds what a milder policy holds", () => {
    for (const impact of IMPACTS) {
      const held = APPROVAL_POLICIES.map((policy) => Number(needsApproval(policy, impact)));
      expect(held, impact).toEqual([...held].sort());
    }
  });
});

describe("operations", () => {
  it("that only look need nobody; all others somebody, where everything is to be approved", () => {
    const free = OPERATION_KINDS.filter((kind) => IMPACT_OF_KIND[kind] === "none");
    expect([...free].sort()).toEqual(["preview", "refresh"]);
    expect(IMPACT_OF_KIND.destroy).toBe("destroy");
  });
});
