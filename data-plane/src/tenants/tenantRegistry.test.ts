import { describe, expect, it, vi } from "vitest";
import { silentLogger } from "../observability/logger.ts";
import { makeTenant, tenantRow, testKeyring } from "../testing/testTenants.ts";
import type { RegistrySink } from "./registryReader.ts";
import { type RegistrySource, TenantRegistry } from "./tenantRegistry.ts";

const one = await makeTenant({ host: "h", port: 1 });
const row = await tenantRow(one);

/** A registry over a table in memory. */
function registryOver(rows: Map<string, typeof row>) {
  let sink: RegistrySink | undefined;
  const source = { connected: true, reads: 0, down: false };
  const registry = new TenantRegistry(testKeyring, silentLogger(), (given): RegistrySource => {
    sink = given;
    return {
      get connected() {
        return source.connected;
      },
      read: async (ref) => {
        source.reads++;
        if (source.down) throw new Error("down");
        const found = rows.get(ref);
        sink?.applyRows(new Set([ref]), found ? [found] : []);
      },
    };
  });
  const notify = (ref: string) => {
    const found = rows.get(ref);
    sink?.applyRows(new Set([ref]), found ? [found] : []);
  };
  return { registry, source, notify, resync: () => sink?.applyAll([...rows.values()]) };
}

describe("TenantRegistry", () => {
  it("reads a tenant once and then has it at hand", async () => {
    const { registry, source } = registryOver(new Map([[row.ref, row]]));
    expect(registry.peek(row.ref)).toBeUndefined();
    const [a, b] = await Promise.all([registry.find(row.ref), registry.find(row.ref)]);
    expect(registry.peek(row.ref)).toBe(a);
    expect(b.secrets).toEqual(one.secrets);
    await registry.find(row.ref);
    expect(source.reads).toBeLessThanOrEqual(2);
  });

  it("remembers unknown refs until a notification", async () => {
    const rows = new Map<string, typeof row>();
    const { registry, source, notify } = registryOver(rows);
    for (let i = 0; i < 3; i++)
      await expect(registry.find(row.ref)).rejects.toMatchObject({ code: "project_not_found", status: 404 });
    expect(source.reads).toBe(1);
    rows.set(row.ref, row);
    notify(row.ref);
    expect((await registry.find(row.ref)).ref).toBe(row.ref);
  });

  it("serves known tenants and refuses unknown ones while the control database is down", async () => {
    const { registry, source } = registryOver(new Map([[row.ref, row]]));
    await registry.find(row.ref);
    source.down = true;
    expect((await registry.find(row.ref)).ref).toBe(row.ref);
    await expect(registry.find("z".repeat(20))).rejects.toMatchObject({ code: "registry_unavailable", status: 503 });
  });

  it("tells of changes once, and forgets what was verified before", async () => {
    const rows = new Map([[row.ref, row]]);
    const { registry, notify, resync } = registryOver(rows);
    const told: unknown[] = [];
    registry.onChange((ref, changed) => told.push([ref, changed?.status]));
    const before = await registry.find(row.ref);
    resync();
    rows.set(row.ref, { ...row, status: "paused", version: 2 });
    notify(row.ref);
    notify(row.ref);
    expect(registry.peek(row.ref)).toBeUndefined();
    const after = await registry.find(row.ref);
    expect([after.status, after === before]).toEqual(["paused", false]);
    rows.delete(row.ref);
    resync();
    await expect(registry.find(row.ref)).rejects.toMatchObject({ code: "project_not_found" });
    expect(told).toEqual([
      [row.ref, "active"],
      [row.ref, "paused"],
      [row.ref, undefined],
    ]);
  });

  it("answers 503 for a tenant whose secrets don't open, and says nothing of them", async () => {
    const other = { ...row, secrets: (await tenantRow(await makeTenant({ host: "h", port: 1 }))).secrets };
    const { registry } = registryOver(new Map([[row.ref, other]]));
    await expect(registry.find(row.ref)).rejects.toMatchObject({ code: "project_unavailable", status: 503 });
  });

  it("serves from a snapshot until the first read replaces it", async () => {
    const gone = await tenantRow(await makeTenant({ host: "h", port: 1 }));
    const { registry, source, resync } = registryOver(new Map([[row.ref, row]]));
    source.down = true;
    registry.preload([row, gone]);
    expect((await registry.find(gone.ref)).ref).toBe(gone.ref);
    resync();
    await expect(registry.find(gone.ref)).rejects.toMatchObject({ code: "project_not_found" });
    expect(registry.snapshot().map((each) => each.ref)).toEqual([row.ref]);
  });

  it("opens a tenant anew when keys of a rotation end, with nobody telling it", async () => {
    const { passwords: _, ...previous } = (await makeTenant({ host: "h", port: 1 })).secrets;
    const until = 2_000_000_000;
    const rotated = await tenantRow({ ...one, secrets: { ...one.secrets, previous: { ...previous, until } } });
    const { registry } = registryOver(new Map([[row.ref, rotated]]));
    vi.useFakeTimers({ now: until * 1000 - 1, toFake: ["Date"] });
    try {
      const during = await registry.find(row.ref);
      expect([during.keys.size, during.jwtKeys.length, registry.peek(row.ref)]).toEqual([8, 2, during]);
      vi.setSystemTime(until * 1000);
      expect(registry.peek(row.ref)).toBeUndefined();
      const [after, same] = await Promise.all([registry.find(row.ref), registry.find(row.ref)]);
      expect([after.keys.size, after.jwtKeys.length, registry.peek(row.ref)]).toEqual([4, 1, after]);
      expect(same).toBe(after);
    } finally {
      vi.useRealTimers();
    }
  });
});
