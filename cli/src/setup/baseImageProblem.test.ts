import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { baseImageProblem } from "./baseImageProblem.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "supalove-host-"));
  await mkdir(join(root, "etc/apt"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const host = async (id: string, codename: string, source: string) => {
  await writeFile(join(root, "etc/os-release"), `ID=${id}\nVERSION_CODENAME=${codename}\n`);
  await writeFile(join(root, "etc/apt/sources.list"), `deb ${source} ${codename} main\n`);
};

it("has nothing to say on Debian as root, and asks for root otherwise", async () => {
  await host("debian", "bookworm", "http://mirror.example/debian");
  expect(await baseImageProblem({ env: {} }, root, 0)).toBeUndefined();
  expect(await baseImageProblem({ env: {} }, root, 1000)).toMatchObject({
    message: expect.stringMatching(/root/),
    nextStep: expect.stringMatching(/sudo/),
  });
});

it("tells on Ubuntu which variable is wanted, and takes it", async () => {
  await host("ubuntu", "noble", "http://mirror.example/ubuntu");
  expect(await baseImageProblem({ env: {} }, root, 0)).toMatchObject({
    message: "no Debian mirror to make the base image from: this host is not Debian",
    nextStep: expect.stringMatching(/^set SUPALOVE_DEBIAN_MIRROR to a Debian mirror/),
  });
  const env = { SUPALOVE_DEBIAN_MIRROR: "http://mirror.example/debian" };
  expect(await baseImageProblem({ env }, root, 0)).toBeUndefined();
  expect(await baseImageProblem({ env: { SUPALOVE_DEBIAN_MIRROR: "nonsense" } }, root, 0)).toMatchObject({
    message: expect.stringMatching(/^SUPALOVE_DEBIAN_MIRROR: /),
  });
});
