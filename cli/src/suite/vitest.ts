import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { readIfThere } from "../instance/atomicFile.ts";
import { run } from "../system/run.ts";
import { type Counts, vitestCounts } from "./counts.ts";
import { runTool } from "./runTool.ts";

const SCRIPT = join("node_modules", "vitest", "vitest.mjs");

export type VitestProject = "unit" | "service" | "acceptance";

/** Runs one of the Vitest projects and counts its tests. */
export async function runVitest(
  context: CliContext,
  project: VitestProject,
  filters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const dir = await mkdtemp(join(tmpdir(), "supalove-test-"));
  const report = join(dir, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await runTool(
      context,
      SCRIPT,
      ["run", "--project", project, "--passWithNoTests", ...reporters, ...filters],
      env,
    );
    return vitestCounts(await readIfThere(report), code);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const Listed = z.array(z.object({ file: z.string() }));

/** True when a Vitest project has a test file that the filters name. */
export async function hasTests(
  context: CliContext,
  project: VitestProject,
  filters: readonly string[],
): Promise<boolean> {
  if (filters.length === 0) return true;
  const args = [SCRIPT, "list", "--project", project, "--filesOnly", "--json", ...filters];
  const listed = await run(process.execPath, args, { cwd: context.config.root, env: context.config.env });
  return listed.code === 0 && Listed.parse(JSON.parse(listed.stdout || "[]")).length > 0;
}
