import { z } from "zod";

/** How many tests ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Each failed test in a line, as far as the report names them. */
  readonly failures?: readonly string[];
}

export const NO_TESTS: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Sum of several runs. */
export function sumCounts(all: readonly Counts[]): Counts {
  return all.reduce(
    (sum, counts) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    NO_TESTS,
  );
}

/** The closing line of a run of everything. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
  testResults: z.array(
    z.object({
      name: z.string().default(""),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string().default(""),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});
type Report = z.infer<typeof Report>;

/** Longest piece of a failure's message that the closing list shows. */
const MESSAGE_LENGTH = 200;

/** What failed: file, test and the first line of its message. The list stands last, where a cut log still has it. */
function failuresOf({ testResults }: Report): readonly string[] {
  const line = (file: string, test: string, message: string) => {
    const why = message.split("\n", 1)[0]?.slice(0, MESSAGE_LENGTH) ?? "";
    return [file.split("/").slice(-3).join("/"), test, why].filter((part) => part !== "").join(" > ");
  };
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0) return status === "failed" ? [line(name, "", message)] : [];
    return failed.map((test) => line(name, test.fullName, test.failureMessages?.[0] ?? ""));
  });
}

/**
 * Counts of a Vitest run from its JSON report. A file that could not be loaded, or whose hooks failed, holds no failed
 * test but has failed all the same: it counts as one.
 * @param report text of the report, undefined when none was written
 * @param exitCode of Vitest: a run that failed counts at least one failure, whatever its report says
 */
export function vitestCounts(report: string | undefined, exitCode: number): Counts {
  const parsed = report === undefined ? undefined : Report.safeParse(parseJson(report)).data;
  if (parsed === undefined) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  const brokenFiles = parsed.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = parsed.numFailedTests + brokenFiles;
  return {
    passed: parsed.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
    ...(failed === 0 ? {} : { failures: failuresOf(parsed) }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
