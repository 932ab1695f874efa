import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../errors.ts";
import { createFileOnce, replaceFile } from "../instance/atomicFile.ts";
import { ensureInstanceFolder } from "../instance/folder.ts";
import { instancePaths } from "../instance/paths.ts";
import { systemProblem } from "../systemError.ts";
import { openLog } from "./logFile.ts";

/* A disk of 64 KiB in memory, which only root may mount. */

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
let disk: string;

const fill = async () => {
  try {
    await writeFile(join(disk, "ballast"), Buffer.alloc(1 << 20));
  } catch (error) {
    expect(codeOf(error)).toBe("ENOSPC");
  }
};
const supalove = (...args: string[]) =>
  execa(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    reject: false,
    stdin: "ignore",
    env: { HOME: disk, SUPALOVE_DEBUG: "", SUPALOVE_INSTANCE: "none" },
  });

describe.skipIf(process.getuid?.() !== 0)("a disk", () => {
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), "supalove-disk-"));
    await execa("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  });
  afterEach(async () => {
    await execa("umount", [disk]);
    await rm(disk, { recursive: true });
  });

  it("that is full: files are whole or not there, and the sentence says so", async () => {
    const file = join(disk, "kept");
    await createFileOnce(file, "kept");
    await fill();
    for (const write of [createFileOnce, replaceFile]) {
      const error = await write(join(disk, "other"), "x".repeat(10_000)).catch((thrown: unknown) => thrown);
      expect(systemProblem(error)).toMatchObject({
        message: expect.stringMatching(/^the disk is full/),
        nextStep: expect.stringMatching(/free some space/),
      });
    }
    const error = await replaceFile(file, "y".repeat(10_000)).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe("ENOSPC");
    expect((await execa("cat", [file])).stdout).toBe("kept");
    // What could not be written whole is not left lying about.
    expect((await execa("ls", [disk])).stdout.split("\n")).toEqual(["ballast", "kept"]);
  });

  it("that is full: a log is given up, the run goes on", async () => {
    await fill();
    const told: string[] = [];
    const log = openLog(join(disk, "run.log"), (line) => told.push(line));
    log.write("a line\n".repeat(10_000));
    await log.end();
    log.write("one more");
    await log.end();
    expect(told).toEqual([`no log is written to ${join(disk, "run.log")}: the disk is full`]);
  });

  it("that is nearly full stops `up` before it begins, with nothing made", async () => {
    const up = await supalove("up", "--instance", "none");
    expect(up.exitCode).toBe(1);
    expect(up.stderr).toMatch(
      /^supalove: only 0\.0 GiB of disk are free at \S+, 2 GiB are needed\n {2}next step: free /,
    );
    expect(up.stderr).not.toMatch(/ at .*\.ts/);
    await expect(mkdir(join(disk, ".supalove"))).resolves.toBeUndefined();
  });

  it("that is read-only is named", async () => {
    await execa("mount", ["-o", "remount,ro", disk]);
    const paths = instancePaths(join(disk, "data"), disk, "abc");
    const error = await ensureInstanceFolder(paths).catch((thrown: unknown) => thrown);
    expect(systemProblem(error)?.message).toMatch(/^the file system is read-only: .*data/);
  });
});
