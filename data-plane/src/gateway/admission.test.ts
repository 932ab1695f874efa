import { describe, expect, it } from "vitest";
import { Admission } from "./admission.ts";
import { TokenBucket } from "./tokenBucket.ts";

const LIMITS = { requestsPerSecond: 10, concurrency: 2, queue: 3, restPool: 1, bodyBytes: 1, timeoutSeconds: 5 };
const admission = (some: Partial<ConstructorParameters<typeof Admission>[0]> = {}) =>
  new Admission({ maxActive: 100, maxWaiting: 100, maxWaitMs: 1_000, ...some });
const enter = async (gate: Admission, ref: string) => gate.enter(ref, LIMITS, 0);

describe("Admission", () => {
  it("takes as many as may, queues as many as may, refuses the rest, tenant by tenant", async () => {
    const gate = admission();
    await enter(gate, "loud");
    await enter(gate, "loud");
    const waiting = [enter(gate, "loud"), enter(gate, "loud"), enter(gate, "loud")];
    await expect(enter(gate, "loud")).rejects.toMatchObject({ code: "too_many_requests", status: 429, retryAfter: 1 });
    await enter(gate, "quiet");
    expect([gate.active, gate.waiting]).toEqual([3, 3]);
    for (let i = 0; i < 3; i++) gate.leave("loud");
    await Promise.all(waiting);
    expect([gate.active, gate.waiting]).toEqual([3, 0]);
    for (let i = 0; i < 2; i++) gate.leave("loud");
    gate.leave("quiet");
    expect([gate.active, gate.waiting]).toEqual([0, 0]);
  });

  it("lets those who wait in first come, first served", async () => {
    const gate = admission();
    const order: number[] = [];
    await enter(gate, "t");
    await enter(gate, "t");
    const all = [1, 2, 3].map((n) => enter(gate, "t").then(() => order.push(n)));
    for (let i = 0; i < 3; i++) gate.leave("t");
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3]);
  });

  it("lets nobody wait for ever", async () => {
    const gate = admission({ maxWaitMs: 20 });
    await enter(gate, "t");
    await enter(gate, "t");
    await expect(enter(gate, "t")).rejects.toMatchObject({ code: "gateway_busy", status: 503 });
    expect(gate.waiting).toBe(0);
  });

  it("keeps the caps over all tenants", async () => {
    const gate = admission({ maxActive: 3 });
    for (const ref of ["a", "b", "c"]) await enter(gate, ref);
    await expect(enter(gate, "d")).rejects.toMatchObject({ code: "gateway_busy" });
    gate.leave("a");
    await enter(gate, "d");
  });

  it("counts a tenant's rate: a burst of twice the rate, then the rate", () => {
    const gate = admission();
    const taken = (ref: string, at: number) => {
      try {
        gate.countRequest(ref, LIMITS, at);
        return true;
      } catch {
        return false;
      }
    };
    expect(Array.from({ length: 25 }, () => taken("t", 0)).filter(Boolean)).toHaveLength(20);
    expect(taken("other", 0)).toBe(true);
    expect(Array.from({ length: 25 }, () => taken("t", 1000)).filter(Boolean)).toHaveLength(10);
  });
});

describe("TokenBucket", () => {
  it("says when there will be a token again, and stands a clock that goes back", () => {
    const bucket = new TokenBucket(1, 1_000);
    expect(bucket.take(2, 1, 1_000)).toBe(0);
    expect(bucket.take(2, 1, 1_000)).toBe(500);
    expect(bucket.take(2, 1, 900)).toBe(500);
    expect(bucket.take(2, 1, 1_500)).toBe(0);
  });
});
