import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planEndings, WATCH_LIMITS } from "./planEndings.ts";
import type { ClusterView, TenantSession } from "./readCluster.ts";

const A = "a".repeat(20);
const B = "b".repeat(20);
let pid = 0;
const session = (fields: Partial<TenantSession> = {}): TenantSession => ({
  pid: ++pid,
  startedAt: "2026-01-01",
  role: `postgres_${A}`,
  state: "active",
  transactionSeconds: 1,
  stateSeconds: 1,
  ...fields,
});
const view = (sessions: readonly TenantSession[], fields: Partial<ClusterView> = {}): ClusterView => ({
  sessions,
  connections: sessions.length,
  connectionBudget: 290,
  notificationsUsed: 0,
  ...fields,
});
const reasons = (v: ClusterView) => planEndings(v).map(({ reason }) => reason);

describe("planEndings", () => {
  it("leaves alone what every app does", () => {
    const idle = session({ state: "idle", transactionSeconds: null, stateSeconds: 80_000 });
    const migration = session({ transactionSeconds: 1800 });
    const thinking = session({ state: "idle in transaction", transactionSeconds: 250, stateSeconds: 200 });
    expect(planEndings(view([idle, migration, thinking]))).toEqual([]);
  });

  it("ends transactions that were left open, also aborted ones", () => {
    for (const state of ["idle in transaction", "idle in transaction (aborted)"]) {
      expect(reasons(view([session({ state, transactionSeconds: 900, stateSeconds: 400 })]))).toEqual([
        "idle_in_transaction",
      ]);
    }
  });

  it("ends what runs for too long, on the REST login sooner", () => {
    expect(reasons(view([session({ transactionSeconds: 3700 })]))).toEqual(["long_transaction"]);
    expect(reasons(view([session({ role: `authenticator_${A}`, transactionSeconds: 400 })]))).toEqual([
      "long_transaction",
    ]);
  });

  it("ends what blocks a notification queue that fills up", () => {
    const old = session({ transactionSeconds: 60 });
    expect(reasons(view([old, session()], { notificationsUsed: 0.6 }))).toEqual(["notification_queue"]);
    expect(reasons(view([old], { notificationsUsed: 0.4 }))).toEqual([]);
  });

  it("takes idle direct connections from whoever holds most when they run out", () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      session({ state: "idle", transactionSeconds: null, stateSeconds: i }),
    );
    const few = Array.from({ length: 3 }, () =>
      session({ role: `postgres_${B}`, state: "idle", transactionSeconds: null, stateSeconds: 9999 }),
    );
    const rest = session({ role: `authenticator_${B}`, state: "idle", transactionSeconds: null });
    const ended = planEndings(view([...few, ...many, rest], { connections: 88, connectionBudget: 100 }));
    expect(ended).toHaveLength(13);
    expect(new Set(ended.map(({ session: s }) => s.role))).toEqual(new Set([`postgres_${A}`]));
    expect(ended[0]?.session.stateSeconds).toBe(19);
  });

  it("ends working ones only when hardly a connection is left", () => {
    const busy = Array.from({ length: 10 }, () => session());
    expect(planEndings(view(busy, { connections: 90, connectionBudget: 100 }))).toEqual([]);
    expect(planEndings(view(busy, { connections: 97, connectionBudget: 100 }))).toHaveLength(10);
  });

  it("names no session twice and only sessions it was shown", () => {
    const anySession = fc.record({
      pid: fc.nat(),
      startedAt: fc.constant("t"),
      role: fc.constantFrom(`postgres_${A}`, `postgres_${B}`, `authenticator_${A}`),
      state: fc.constantFrom("idle", "active", "idle in transaction", "unknown"),
      transactionSeconds: fc.option(fc.nat(10_000)),
      stateSeconds: fc.nat(10_000),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(anySession, { selector: ({ pid }) => pid }),
        fc.nat(400),
        fc.integer({ min: 1, max: 300 }),
        (sessions, connections, connectionBudget) => {
          const endings = planEndings(view(sessions, { connections, connectionBudget }));
          const pids = endings.map(({ session: s }) => s.pid);
          expect(new Set(pids).size).toBe(pids.length);
          for (const { session: s } of endings) expect(sessions).toContain(s);
          const calm = connections <= connectionBudget * WATCH_LIMITS.connectionsHigh;
          if (calm) expect(endings.every(({ reason }) => reason !== "connections")).toBe(true);
        },
      ),
    );
  });
});
