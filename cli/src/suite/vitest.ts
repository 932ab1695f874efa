import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, matchesGlob, relative } from "node:path";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { readIfThere } from "../instance/atomicFile.ts";
import { run } from "../system/run.ts";
import { type Counts, vitestCounts } from "./counts.ts";
import { runTool } from "./runTool.ts";

const SCRIPT = join("node_modules", "vitest", "vitest.mjs");

export type VitestProject = "unit" | "service" | "acceptance" | "machine";

/** What Vitest calls them. Acceptance tests are two of its projects, as some of them go side by side. */
const NAMES: Readonly<Record<VitestProject, string>> = {
  unit: "unit",
  service: "service",
  acceptance: "acceptance*",
  machine: "machine",
};

/**
 * Runs one of the Vitest projects and counts its tests.
 * @param files empty for all of its files
 * @param through program and arguments that Vitest is started by
 */
export async function runVitest(
  context: CliContext,
  project: VitestProject,
  files: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<Counts> {
  const dir = await mkdtemp(join(tmpdir(), "supalove-test-"));
  const report = join(dir, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await runTool(
      context,
      SCRIPT,
      ["run", "--project", NAMES[project], ...reporters, ...files],
      env,
      through,
    );
    return vitestCounts(await readIfThere(report), code);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const Listed = z.array(z.object({ file: z.string(), projectName: z.string() }));

/** Test files by project, relative to the repository. */
export type TestFiles = Readonly<Record<VitestProject, readonly string[]>>;

/** Every test file there is. @throws CliError when Vitest can't list them */
export async function listTests(context: CliContext): Promise<TestFiles> {
  const { root, env } = context.config;
  const listed = await run(process.execPath, [SCRIPT, "list", "--filesOnly", "--json"], { cwd: root, env });
  if (listed.code !== 0) {
    const words = (listed.stderr.trim() || listed.stdout.trim()).split("\n").slice(-3).join(" / ");
    throw new CliError(`the test files can't be listed: ${words}`, "run npx vitest list to see more");
  }
  const files = Listed.parse(JSON.parse(listed.stdout));
  const of = (project: VitestProject) =>
    files.filter(({ projectName }) => matchesGlob(projectName, NAMES[project])).map(({ file }) => relative(root, file));
  return { unit: of("unit"), service: of("service"), acceptance: of("acceptance"), machine: of("machine") };
}

/**
 * The files whose path holds one of the words.
 * @throws CliError for a word that names none: it would pass without having tested anything
 */
export function chooseTests(all: TestFiles, filters: readonly string[]): TestFiles {
  const holds = (file: string, word: string) => file.toLowerCase().includes(word.toLowerCase().replace(/^\.\//, ""));
  const every = Object.values(all).flat();
  const idle = filters.filter((word) => !every.some((file) => holds(file, word)));
  if (idle.length > 0) {
    throw new CliError(
      `no test file has ${idle.join(" or ")} in its path`,
      "name a part of a path, such as acceptance/life",
    );
  }
  const chosen = (files: readonly string[]) => files.filter((file) => filters.some((word) => holds(file, word)));
  return {
    unit: chosen(all.unit),
    service: chosen(all.service),
    acceptance: chosen(all.acceptance),
    machine: chosen(all.machine),
  };
}
