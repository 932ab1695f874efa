import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";

/** What a logger writes for one call. */
function written(log: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  log(createLogger("test", "info", { write: (line) => lines.push(line) }));
  return lines.join("");
}

describe("createLogger", () => {
  it("cuts secrets out by their names, also deep", () => {
    const line = written((logger) => logger.info({ a: { b: { password: "SEKRET" } }, token: "SEKRET" }, "x"));
    expect(line).toContain("[redacted]");
    expect(line).not.toContain("SEKRET");
  });

  it("cuts passwords of URLs out of errors: message, stack, cause, and what a program printed", () => {
    const url = "postgres://supalove_pulumi:SEKRET@control-db:5432/pulumi";
    const error = new Error(`unable to open bucket ${url}`, { cause: new Error(`dial ${url}`) });
    const line = written((logger) =>
      logger.error({ err: Object.assign(error, { stderr: `error: ${url}` }) }, "failed"),
    );
    expect(line).toContain("unable to open bucket postgres://supalove_pulumi:[secret]@control-db:5432/pulumi");
    expect(line).toContain("dial postgres");
    expect(line).toContain('"stderr":"error: postgres');
    expect(line).not.toContain("SEKRET");
  });

  it("writes what was thrown without being an error", () => {
    expect(written((logger) => logger.error({ err: "gone" }, "failed"))).toContain('"err":"gone"');
  });
});
