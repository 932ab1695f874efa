import { SIZES } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { planSize } from "./planSize.ts";

const mebibytes = (value: string | undefined) => Number(/^(\d+)MB$/.exec(value ?? "")?.[1]);

describe("planSize", () => {
  it.each(SIZES)("%s: what Postgres may use fits its container", (size) => {
    const { db, postgres, restPool } = planSize(size);
    const shared = mebibytes(postgres["shared_buffers"]);
    const connections = Number(postgres["max_connections"]);
    const sorts = (connections / 3) * mebibytes(postgres["work_mem"]);
    expect(shared + sorts + mebibytes(postgres["maintenance_work_mem"])).toBeLessThan(db.memoryMebibytes);
    expect(mebibytes(postgres["effective_cache_size"])).toBeLessThan(db.memoryMebibytes);
    // PostgREST never takes all: people and the other services want in, too.
    expect(restPool).toBeLessThan(connections / 3);
  });

  it("grows with each size", () => {
    const plans = SIZES.map((size) => planSize(size));
    for (const [index, plan] of plans.entries()) {
      const before = plans[index - 1];
      if (before === undefined) continue;
      expect(plan.db.memoryMebibytes).toBeGreaterThan(before.db.memoryMebibytes);
      expect(plan.rest.memoryMebibytes).toBeGreaterThanOrEqual(before.rest.memoryMebibytes);
      expect(plan.restPool).toBeGreaterThan(before.restPool);
    }
  });

  it("lets what was set by hand win, and promises no more processors than there are", () => {
    expect(planSize("micro", { work_mem: "32MB" }).postgres["work_mem"]).toBe("32MB");
    const large = planSize("large", {}, 2);
    expect([large.db.cpus, large.rest.cpus, large.gateway.cpus]).toEqual([2, 2, 2]);
    expect(large.postgres["max_parallel_workers"]).toBe("2");
  });
});
