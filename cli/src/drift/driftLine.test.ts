import { describe, expect, it } from "vitest";
import { ago, type DriftStatus, driftLine, driftStatus } from "./driftLine.ts";
import { afterFailure, afterLook, driftView } from "./lastLook.ts";

const NOW = new Date("2026-01-02T12:00:00.000Z");
const status = (fields: Partial<DriftStatus>): DriftStatus => ({
  checked_at: "2026-01-02T09:00:00.000Z",
  changes: 0,
  accepted: 0,
  error: null,
  ...fields,
});

describe("what a status says of drift", () => {
  it.each([
    [{}, "drift: none, looked 3 h ago"],
    [{ accepted: 2 }, "drift: none, 2 accepted, looked 3 h ago"],
    [{ changes: 2 }, "drift: 2 changes found 3 h ago: ./supalove drift"],
    [{ changes: 1, accepted: 1 }, "drift: 1 change found, 1 accepted 3 h ago: ./supalove drift"],
    [{ error: "no answer" }, "drift: none, looked 3 h ago (the last look failed: no answer)"],
    [{ checked_at: null, error: "no answer" }, "drift: the look failed: no answer"],
  ])("%j: %s", (fields, line) => expect(driftLine(status(fields), NOW)).toBe(line));

  it("is nothing where nobody looked", () => {
    expect(driftStatus(driftView())).toBeNull();
    expect(driftStatus(driftView(afterLook(undefined, [], NOW)))).toEqual(status({ checked_at: NOW.toISOString() }));
    expect(driftStatus(driftView(afterFailure(undefined, "no")))).toMatchObject({ checked_at: null, error: "no" });
  });
});

describe("ago", () => {
  it.each([
    [-5, "just now"],
    [59_000, "just now"],
    [60_000, "1 min ago"],
    [3_599_000, "59 min ago"],
    [47 * 3_600_000, "47 h ago"],
    [50 * 3_600_000, "2 days ago"],
  ])("%d ms: %s", (ms, words) => expect(ago(ms)).toBe(words));
});
