import { expect, it } from "vitest";
import { InstanceName, instancePorts, PORT_BLOCK } from "./instance.ts";

it("gives the documented ports to the default instance", () => {
  expect(instancePorts()).toMatchObject({
    dashboard: 3000,
    api: 8000,
    gateway: 8080,
    keycloak: 8180,
    sharedCluster: 5433,
  });
});

it("keeps a block's ports inside the block and different", () => {
  const ports = Object.values(instancePorts(20_000));
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(20_000 + PORT_BLOCK);
  }
});

it("takes names that are safe as container names and nothing else", () => {
  for (const good of ["supalove", "a", "test-1"]) expect(InstanceName.safeParse(good).success).toBe(true);
  for (const bad of ["", "1a", "-a", "A", "a_b", "a b", "a/b", "a".repeat(21), "a\n"]) {
    expect(InstanceName.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  }
});
