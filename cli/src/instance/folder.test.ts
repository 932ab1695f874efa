import { mkdtemp, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Keyring } from "@supalove/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileOnce, readIfThere, replaceFile } from "./atomicFile.ts";
import { ensureInstanceFolder, instanceExists } from "./folder.ts";
import { type InstancePaths, instancePaths } from "./paths.ts";

let dir: string;
let paths: InstancePaths;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "supalove-folder-"));
  paths = instancePaths(join(dir, "data"), dir, "abc");
});
afterEach(() => rm(dir, { recursive: true }));

describe("ensureInstanceFolder", () => {
  it("makes a folder that only its owner may open, with keys that parse", async () => {
    expect(await instanceExists(paths)).toBe(false);
    await ensureInstanceFolder(paths);
    expect(await instanceExists(paths)).toBe(true);
    expect((await stat(paths.dir)).mode & 0o777).toBe(0o700);
    for (const file of [paths.passphrase, paths.masterKeyring, paths.dataPlaneKeyring]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    const rings = await Promise.all([paths.masterKeyring, paths.dataPlaneKeyring].map((f) => readFile(f, "utf8")));
    const [master, dataPlane] = rings.map((text) => Keyring.parse(JSON.parse(text)));
    expect(master).not.toEqual(dataPlane);
    expect(await readlink(paths.stackConfigLink)).toBe(paths.stackConfig);
  });

  it("never changes what is there", async () => {
    await ensureInstanceFolder(paths);
    const before = await readFile(paths.passphrase, "utf8");
    await Promise.all([ensureInstanceFolder(paths), ensureInstanceFolder(paths)]);
    expect(await readFile(paths.passphrase, "utf8")).toBe(before);
  });

  it("does not overwrite a configuration that somebody put at the root", async () => {
    await writeFile(paths.stackConfigLink, "config: {}\n");
    await expect(ensureInstanceFolder(paths)).rejects.toThrow("must be a link");
  });
});

describe("files", () => {
  it("are created once: of several at a time one wins and all see its content", async () => {
    const file = join(dir, "once");
    const seen = await Promise.all(["a", "b", "c"].map((content) => createFileOnce(file, content)));
    expect(new Set(seen).size).toBe(1);
    expect(await readFile(file, "utf8")).toBe(seen[0]);
  });

  it("are replaced whole", async () => {
    const file = join(dir, "replaced");
    await replaceFile(file, "one");
    await replaceFile(file, "two");
    expect(await readIfThere(file)).toBe("two");
    expect(await readIfThere(join(dir, "nothing"))).toBeUndefined();
  });
});
