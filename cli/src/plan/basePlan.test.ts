import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { baseDigest } from "./baseDigest.ts";
import { parseDigest, pinnedCommand, requirePinned } from "./basePlan.ts";

const CHANGE: PlannedChange = {
  urn: "urn:x",
  type: "docker:index/volume:Volume",
  name: "data",
  op: "delete",
  destructive: true,
  summary: "the volume data is deleted: everything stored in it is lost",
  detailed: [],
};
const INPUTS = { instance: "i", refresh: false, settings: { config: { a: "1", b: "2" } }, passphrase: "p" };

describe("the digest of a plan of the platform", () => {
  const digest = baseDigest(INPUTS, [CHANGE]);

  it("is the same for the same plan, however its settings are written down", () => {
    expect(baseDigest({ ...INPUTS, settings: { config: { b: "2", a: "1" } } }, [{ ...CHANGE }])).toBe(digest);
    expect(parseDigest(digest)).toBe(digest);
  });

  it.each([
    ["changes", baseDigest(INPUTS, [])],
    ["a change's content", baseDigest(INPUTS, [{ ...CHANGE, op: "replace" }])],
    ["whether things were looked at", baseDigest({ ...INPUTS, refresh: true }, [CHANGE])],
    ["the instance", baseDigest({ ...INPUTS, instance: "j" }, [CHANGE])],
    ["a setting, also one whose value is masked", baseDigest({ ...INPUTS, settings: { config: {} } }, [CHANGE])],
  ])("is another with other %s", (_what, other) => expect(other).not.toBe(digest));

  it("can't be had without the instance's passphrase: nobody finds out a secret setting by guessing", () => {
    expect(baseDigest({ ...INPUTS, passphrase: "q" }, [CHANGE])).not.toBe(digest);
  });
});

describe("requirePinned", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const safe = { digest, confirm: null, changes: [] };
  const loss = { digest, confirm: "i", changes: [CHANGE] };

  it("goes on with the same plan, and where data is lost with the instance's name", () => {
    requirePinned(safe, { digest, confirm: undefined }, false);
    requirePinned(loss, { digest, confirm: "i" }, false);
  });

  it("refuses another plan, whatever was confirmed", () => {
    const other = { digest: `sha256:${"b".repeat(64)}`, confirm: "i" };
    for (const plan of [safe, loss]) {
      expect(() => requirePinned(plan, other, false)).toThrow(/nothing was changed \(preview_stale\)/);
    }
  });

  it.each([undefined, "", "j"])("refuses to lose data where %j is confirmed", (confirm) => {
    expect(() => requirePinned(loss, { digest, confirm }, false)).toThrow(/confirmation_required/);
  });

  it("names the command that does it, look included", () => {
    expect(pinnedCommand(safe, false)).toBe(`./supalove up --digest ${digest}`);
    expect(pinnedCommand(loss, true)).toBe(`./supalove up --refresh --digest ${digest} --confirm i`);
  });

  it.each(["", "x", "sha256:abc", `md5:${"a".repeat(64)}`])("takes no digest %j", (text) => {
    expect(() => parseDigest(text)).toThrow(/a digest is/);
  });
});
