import { expect, it } from "vitest";
import { LastSeen } from "./lastSeen.ts";

it("counts for a while after each sight, and not before the first one", () => {
  let now = 5_000;
  const cluster = new LastSeen(15_000, () => now);
  expect(cluster.isRecent()).toBe(false);
  cluster.seen();
  now += 14_999;
  expect(cluster.isRecent()).toBe(true);
  now += 1;
  expect(cluster.isRecent()).toBe(false);
  cluster.seen();
  expect(cluster.isRecent()).toBe(true);
});
