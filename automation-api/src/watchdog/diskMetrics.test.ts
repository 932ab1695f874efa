import { statfs } from "node:fs/promises";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { watchDisk } from "./diskMetrics.ts";

it("tells size and free room of the disk when it is asked", async () => {
  const registry = new Registry();
  watchDisk(registry);
  const values = new Map(
    (await registry.getMetricsAsJSON()).map(({ name, values: [first] }) => [name, Number(first?.value)]),
  );
  const { bsize, blocks } = await statfs("/");
  expect(values.get("supalove_disk_size_bytes")).toBe(bsize * blocks);
  expect(values.get("supalove_disk_free_bytes")).toBeGreaterThan(0);
  expect(values.get("supalove_disk_free_bytes")).toBeLessThan(bsize * blocks);
});
