import { withSession } from "@supalove/components/provider/postgres.ts";
import {
  createTenant,
  startTestCluster,
  type TestCluster,
  type TestTenant,
} from "@supalove/components/testing/testCluster.ts";
import type { Size } from "@supalove/contracts";
import type pg from "pg";
import pino from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { watchCluster } from "./clusterWatchdog.ts";
import { enforceQuota } from "./enforceQuota.ts";
import { WatchdogMetrics } from "./metrics.ts";
import { WATCH_LIMITS } from "./planEndings.ts";

let cluster: TestCluster;
let hog: TestTenant;
let other: TestTenant;
const stop = new AbortController();
const metrics = new WatchdogMetrics(new Registry());
let sights = 0;
let watching: Promise<void>;
const sizes = new Map<string, Size>();

beforeAll(async () => {
  cluster = await startTestCluster();
  hog = await createTenant(cluster.access);
  other = await createTenant(cluster.access);
  watching = watchCluster(
    {
      access: cluster.access,
      // Quotas have tests of their own, which decide when they are looked at.
      sizes: async () => new Map(),
      metrics,
      onSight: () => void sights++,
      logger: pino({ level: "silent" }),
      limits: { ...WATCH_LIMITS, idleInTransactionSeconds: 2 },
      everyMs: 100,
      quotaEveryMs: 3_600_000,
    },
    stop.signal,
  );
});
afterAll(async () => {
  stop.abort();
  await watching;
  await cluster?.stop();
});

/** Resolves with the SQLSTATE that a statement of a session ends with, undefined when it passed. */
const outcome = (run: Promise<unknown>): Promise<string | undefined> =>
  run.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? "connection lost",
  );
const ended = async (reason: string) => {
  const { values } = await metrics.ended.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
};
const lost = (session: pg.Client) => new Promise<void>((resolve) => session.once("end", () => resolve()));

describe("watchCluster", () => {
  it("tells each time that the cluster answered, and never of one that does not", async () => {
    const before = sights;
    await vi.waitFor(() => expect(sights).toBeGreaterThan(before + 1));
    const giveUp = new AbortController();
    const deaf = { ...cluster.access, port: 9 };
    let seen = 0;
    const warned = new Promise<void>((resolve) => {
      const logger = pino({ level: "warn" }, { write: () => resolve() });
      const options = { access: deaf, sizes: async () => new Map(), metrics, onSight: () => void seen++, logger };
      void watchCluster(options, giveUp.signal);
    });
    await warned;
    giveUp.abort();
    expect(seen).toBe(0);
  });

  it("ends a transaction left open by who has switched the time-out off", async () => {
    const session = await hog.as("owner");
    const gone = lost(session);
    const before = await ended("idle_in_transaction");
    await session.query("set idle_in_transaction_session_timeout = 0; begin; select 1");
    await gone;
    // The session hears of its end before the watchdog has counted it.
    await vi.waitFor(async () => expect(await ended("idle_in_transaction")).toBe(before + 1));
  });

  it("goes on after the cluster ended its own session", async () => {
    await withSession(cluster.access, "postgres", (session) =>
      session.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()",
      ),
    );
    const session = await hog.as("owner");
    const gone = lost(session);
    await session.query("set idle_in_transaction_session_timeout = 0; begin; select 1");
    await gone;
  });
});

describe("enforceQuota", () => {
  const enforce = (size: Size) => {
    sizes.set(hog.ref, size);
    return withSession(cluster.access, "postgres", (session) => enforceQuota(session, sizes));
  };
  /** As if the database had this many bytes: the size itself is Postgres's business. */
  const withBytes = async (bytes: number) => {
    await withSession(cluster.access, hog.names.database, async (session) => {
      await session.query("drop table if exists public.ballast");
      if (bytes === 0) return;
      await session.query("create unlogged table public.ballast (v text)");
      await session.query("alter table public.ballast alter column v set storage plain");
      await session.query(
        "insert into public.ballast select repeat('x', 7900) from generate_series(1, $1::bigint / 8192)",
        [bytes],
      );
    });
  };
  const MIB = 1024 * 1024;

  it("makes a database that is too large refuse data, not reading nor deleting, until it is smaller", async () => {
    const session = await hog.as("owner");
    await session.query("create table public.kept (id int); insert into public.kept values (1), (2)");
    await session.end();
    await withBytes(520 * MIB);
    expect(await enforce("nano")).toMatchObject([{ ref: hog.ref, state: "full" }]);
    expect(await enforce("nano")).toEqual([]);

    const owner = await hog.as("owner");
    for (const sql of [
      "insert into public.kept values (3)",
      "update public.kept set id = 4",
      "with x as (insert into public.kept values (3) returning id) select * from x",
      "create table public.more as select generate_series(1, 10)",
      "create index on public.kept (id)",
      "copy public.kept from stdin",
      "do $$ begin insert into public.kept values (5); end $$",
      "set supalove_guard.over_quota = off",
    ]) {
      expect(["53100", "42501"], sql).toContain(await outcome(owner.query(sql)));
    }
    const role = hog.names.owner;
    await outcome(owner.query(`alter role ${role} set supalove_guard.over_quota = off`));
    expect((await owner.query("select id from public.kept order by id")).rows).toEqual([{ id: 1 }, { id: 2 }]);
    await owner.query("with x as (delete from public.kept where id = 2 returning id) select * from x");
    await owner.query("explain insert into public.kept values (9)");
    await owner.end();
    const again = await hog.as("owner");
    expect(await outcome(again.query("insert into public.kept values (6)"))).toBe("53100");
    await again.end();
    const neighbour = await other.as("owner");
    await neighbour.query("create table public.mine as select generate_series(1, 10)");
    await neighbour.end();

    await withBytes(0);
    expect(await enforce("nano")).toMatchObject([{ state: "open" }]);
    const freed = await hog.as("owner");
    await freed.query("insert into public.kept values (7)");
    await freed.end();
  });

  it("closes one that goes on growing, and opens it for a larger size", async () => {
    await withBytes(1100 * MIB);
    expect(await enforce("nano")).toMatchObject([{ state: "closed" }]);
    expect(await outcome(hog.as("owner"))).toBe("53300");
    expect(await enforce("micro")).toMatchObject([{ state: "open" }]);
    await (await hog.as("owner")).end();
    await withBytes(0);
  });

  it("leaves databases alone that no project stands behind", async () => {
    sizes.clear();
    await withBytes(520 * MIB);
    expect(await withSession(cluster.access, "postgres", (session) => enforceQuota(session, sizes))).toEqual([]);
    await withBytes(0);
  });
});
