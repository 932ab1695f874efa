import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { ownerIsGone } from "./removeLeftovers.ts";

const stat = `4711 (no) de) S ${Array.from({ length: 18 }, (_, i) => i).join(" ")} 987654 0 0`;

it("finds a process that lives, one that ended, and one that another has taken the number of", async () => {
  expect(await ownerIsGone("4711-987654", async () => stat)).toBe(false);
  expect(await ownerIsGone("4711-111111", async () => stat)).toBe(true);
  const none = async () => Promise.reject(new Error("ENOENT"));
  expect(await ownerIsGone("4711-987654", none)).toBe(true);
});

it("agrees with the system about this very process", async () => {
  const text = await readFile("/proc/self/stat", "utf8");
  const started = text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  expect(await ownerIsGone(`${process.pid}-${started}`)).toBe(false);
});

it("leaves what bears no mark", async () => {
  expect(await ownerIsGone("")).toBe(false);
});
