import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProgram } from "../system/findProgram.ts";

/* The launcher on a machine that has nothing but a shell and the usual tools: no Node, no npm, no apt. */

const launcher = fileURLToPath(new URL("../../../supalove", import.meta.url));
const TOOLS = ["sh", "readlink", "uname", "id", "flock", "cat", "sha256sum", "mkdir", "date", "tail", "mv", "rm"];
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "supalove-launcher-"));
  await mkdir(join(home, "bin"));
  for (const tool of TOOLS) {
    await symlink((await findProgram(tool, "")) ?? tool, join(home, "bin", tool));
  }
  await cp(launcher, join(home, "tree", "supalove"));
});
afterEach(() => rm(home, { recursive: true }));

const run = (...args: string[]) =>
  execa(join(home, "tree", "supalove"), args, {
    reject: false,
    stdin: "ignore",
    extendEnv: false,
    env: { HOME: join(home, "home"), PATH: join(home, "bin") },
  });
const made = async () => (await readdir(home)).includes("home");

describe("the launcher without Node", () => {
  it.each([["doctor"], ["--instance", "up", "doctor"], ["doctor", "--no-install"]])(
    "only looks for doctor: %s %s %s",
    async (...args) => {
      const doctor = await run(...args.filter((arg) => arg !== undefined));
      expect(doctor.exitCode).toBe(1);
      expect(doctor.stdout).toMatch(/^problem {2}Node {2}version 24 or newer is not there.*; next step: install npm/);
      expect(await made()).toBe(false);
    },
  );

  it("prints the same as JSON", async () => {
    const doctor = await run("doctor", "--json");
    expect(JSON.parse(doctor.stdout)).toMatchObject([{ name: "Node", state: "problem" }]);
    expect(await made()).toBe(false);
  });

  it("says for other commands what to install", async () => {
    for (const args of [["up"], ["status"], ["--instance", "doctor", "status"]]) {
      const other = await run(...args);
      expect(other.exitCode).toBe(1);
      expect(other.stderr).toMatch(
        /^supalove: npm was not found, .*\n {2}next step: install Node 24 or newer with npm/,
      );
    }
  });
});
