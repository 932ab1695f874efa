import { expect, it } from "vitest";
import { newProjectRef, ProjectRef } from "./projectRef.ts";
import { tenantNames } from "./tenantNames.ts";

it("draws refs that are valid and different", () => {
  const refs = Array.from({ length: 500 }, newProjectRef);
  for (const ref of refs) expect(ProjectRef.parse(ref)).toBe(ref);
  expect(new Set(refs).size).toBe(refs.length);
});

it("refuses anything that could be more than a ref", () => {
  for (const bad of [
    "",
    "abc",
    "A".repeat(20),
    `${"a".repeat(19)}1`,
    `${"a".repeat(20)}\n`,
    "a".repeat(21),
    "../../../../../../..",
    "а".repeat(20),
  ]) {
    expect(ProjectRef.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  }
});

it("keeps every derived name within Postgres's 63 bytes and apart from each other", () => {
  const names = tenantNames(newProjectRef());
  const { database, group, ...roles } = names;
  expect(database).toBe(group);
  for (const name of Object.values(names)) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  expect(new Set(Object.values(roles)).size).toBe(Object.keys(roles).length);
});
