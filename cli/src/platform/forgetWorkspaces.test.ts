import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { forgetWorkspaces } from "./forgetWorkspaces.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "supalove-pulumi-"));
});
afterEach(() => rm(home, { recursive: true }));

it("removes what stands for one state, and nothing of others", async () => {
  const dir = join(home, "workspaces");
  await mkdir(dir);
  const put = (name: string, content: unknown) =>
    writeFile(join(dir, name), typeof content === "string" ? content : JSON.stringify(content));
  await put("supalove-1-workspace.json", { stacks: { "file:///a": "organization/supalove/a" } });
  await put("supalove-2-workspace.json", { stacks: { "file:///a": "x", "file:///b": "y" }, more: 1 });
  await put("supalove-3-workspace.json", "{cut off");
  await put("other-4-workspace.json", { stacks: { "file:///a": "x" } });
  await forgetWorkspaces(home, "file:///a");
  expect((await readdir(dir)).sort()).toEqual([
    "other-4-workspace.json",
    "supalove-2-workspace.json",
    "supalove-3-workspace.json",
  ]);
  expect(JSON.parse(await readFile(join(dir, "supalove-2-workspace.json"), "utf8"))).toEqual({
    stacks: { "file:///b": "y" },
    more: 1,
  });
});

it("has nothing to do where the engine never ran", async () => {
  await expect(forgetWorkspaces(home, "file:///a")).resolves.toBeUndefined();
});
