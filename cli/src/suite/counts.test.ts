import { describe, expect, it } from "vitest";
import { closingLine, sumCounts, vitestCounts } from "./counts.ts";

const report = (over: object) =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [],
    ...over,
  });

describe("vitestCounts", () => {
  it("counts what ran, and what was left out as skipped", () => {
    expect(vitestCounts(report({}), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  });

  it("counts a file that could not be loaded as a failure", () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{ status: "passed" }] },
      { status: "failed", assertionResults: [{ status: "failed" }] },
    ];
    expect(vitestCounts(report({ numFailedTests: 1, testResults }), 1).failed).toBe(3);
  });

  it("names what failed, in a line each", () => {
    const testResults = [
      { name: "/a/b/tests/attack/x.test.ts", status: "failed", message: "can't be loaded\nat", assertionResults: [] },
      {
        name: "/a/b/tests/attack/y.test.ts",
        status: "failed",
        assertionResults: [
          { status: "failed", fullName: "keys stay apart", failureMessages: ["expected 401\n    at line 3"] },
          { status: "passed", fullName: "fine" },
        ],
      },
    ];
    expect(vitestCounts(report({ numFailedTests: 1, testResults }), 1).failures).toEqual([
      "tests/attack/x.test.ts > can't be loaded",
      "tests/attack/y.test.ts > keys stay apart > expected 401",
    ]);
  });

  it("never hides a run that failed", () => {
    expect(vitestCounts(report({}), 1).failed).toBe(1);
    expect(vitestCounts(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(vitestCounts("{cut off", 1).failed).toBe(1);
  });

  it("takes a run without tests as nothing", () => {
    expect(vitestCounts(undefined, 0)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

describe("the closing line", () => {
  it("is the sum of all runs", () => {
    const sum = sumCounts([
      { passed: 3, failed: 0, skipped: 2 },
      { passed: 1, failed: 2, skipped: 0 },
    ]);
    expect(closingLine(sum)).toBe("4 passed, 2 failed, 2 skipped");
    expect(closingLine(sumCounts([]))).toBe("0 passed, 0 failed, 0 skipped");
  });
});
