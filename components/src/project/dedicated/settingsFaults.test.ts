import {
  type CustomPostgresSettings,
  DEDICATED_SIZES,
  type OptionalService,
  POSTGRES_SETTING_FACTS,
  POSTGRES_SETTINGS,
  postgresSettingAmount,
  SIZES,
} from "@supalove/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planSize } from "./planSize.ts";
import { settingsFaults, tableBytes } from "./settingsFaults.ts";

const MIB = 1024 ** 2;
const BOTH: readonly OptionalService[] = ["rest", "meta"];
const faults = (size: (typeof SIZES)[number], postgresSettings: CustomPostgresSettings, services = BOTH) =>
  settingsFaults(size, { postgresSettings, services: [...services] }).map(({ name, message }) => `${name} ${message}`);

/** Any value that Postgres takes, small ones more often. */
const settings = fc
  .array(
    fc.constantFrom(...POSTGRES_SETTINGS).chain((name) => {
      const facts = POSTGRES_SETTING_FACTS[name];
      if (facts.type !== "integer") return fc.constant([name, facts.type === "bool" ? "on" : "origin"] as const);
      const { min, max } = facts;
      const number = fc.oneof(fc.integer({ min, max: Math.min(max, min + 400_000) }), fc.integer({ min, max }));
      return number.map((value) => [name, String(value)] as const);
    }),
    { maxLength: 6 },
  )
  .map((entries): CustomPostgresSettings => Object.fromEntries(entries));
const services = fc.subarray([...BOTH]);
const size = fc.constantFrom(...SIZES);

describe("settings of a dedicated project", () => {
  it.each(SIZES)("%s: what follows from the size is never at fault", (each) => {
    for (const some of [[], ["rest"], ["meta"], BOTH] as const) expect(faults(each, {}, some)).toEqual([]);
  });

  it.each([
    [{ shared_buffers: "384MB" }, []],
    [{ shared_buffers: "385MB" }, [/^shared_buffers may be 384MB at most on the size micro, half of .* larger size$/]],
    [{ shared_buffers: "900GB" }, [/^shared_buffers may be 384MB at most/]],
    [{ shared_buffers: "115200000" }, [/^shared_buffers may be 384MB at most/]],
    [{ work_mem: "32MB" }, []],
    [{ work_mem: "1GB" }, [/^work_mem may be 192MB at most on the size micro, a quarter/]],
    [{ max_connections: "29" }, []],
    [{ max_connections: "28" }, [/^max_connections must be at least 29 on the size micro: /]],
    [{ max_connections: "500" }, []],
    [
      { max_connections: "100000" },
      [/^max_connections makes Postgres take \d+MB .* the size micro has 96MB: lower it/],
    ],
    [
      { max_connections: "61", max_locks_per_transaction: "100000" },
      [/^max_locks_per_transaction makes Postgres take \d+MB/],
    ],
    // Written before values were looked at.
    [{ work_mem: "banana", max_connections: "1" }, [/^work_mem must be a number with a unit/]],
  ] as const)("%j on micro: %j", (custom, words) => {
    expect(faults("micro", custom)).toEqual(words.map((word) => expect.stringMatching(word)));
  });

  it("need fewer connections where fewer services are on, and may take more on a larger size", () => {
    expect(faults("micro", { max_connections: "13" }, [])).toEqual([]);
    expect(faults("micro", { max_connections: "13" }, ["rest"])).toHaveLength(1);
    expect(faults("large", { shared_buffers: "2GB" })).toEqual([]);
    expect(faults("medium", { shared_buffers: "2GB" })).toHaveLength(1);
  });

  it("that are not at fault leave Postgres the memory it starts with, and the services their connections", () => {
    let fit = 0;
    fc.assert(
      fc.property(size, settings, services, (on, postgresSettings, some) => {
        if (settingsFaults(on, { postgresSettings, services: some }).length > 0) return;
        fit += 1;
        const plan = planSize(on, postgresSettings);
        const amount = (name: "shared_buffers" | "max_connections") =>
          postgresSettingAmount(name, plan.postgres[name] ?? "") ?? Number.NaN;
        const memory = DEDICATED_SIZES[on].memoryMebibytes * MIB;
        expect(amount("shared_buffers") + tableBytes(plan.postgres)).toBeLessThanOrEqual(memory * 0.65);
        // Three of them are the superuser's.
        const left = amount("max_connections") - 3 - (some.includes("rest") ? plan.restPool : 0);
        expect(left).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 2000 },
    );
    expect(fit).toBeGreaterThan(50);
  });

  it("are blamed by their own names only", () => {
    fc.assert(
      fc.property(size, settings, services, (on, postgresSettings, some) => {
        for (const { name } of settingsFaults(on, { postgresSettings, services: some })) {
          expect(Object.keys(postgresSettings)).toContain(name);
        }
      }),
    );
  });

  it("that take more memory than a size has fit no smaller one", () => {
    fc.assert(
      fc.property(settings, (postgresSettings) => {
        // The number of connections that is needed grows with the size.
        const { max_connections: _, ...rest } = postgresSettings;
        const fits = SIZES.map((on) => settingsFaults(on, { postgresSettings: rest, services: [] }).length === 0);
        expect(fits).toEqual([...fits].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });
});
