import { z } from "zod";
import { PostgresSettingName } from "./dedicated.ts";

/** What Postgres says of a setting in `pg_settings`: a service test holds this table against the image of dedicated projects. */
export type PostgresSettingFacts =
  | { readonly type: "bool" }
  | { readonly type: "enum"; readonly values: readonly string[] }
  | { readonly type: "integer"; readonly unit: Unit | null; readonly min: number; readonly max: number };
type Unit = "B" | "kB" | "8kB" | "MB" | "ms";

const INT_MAX = 2_147_483_647;
const integer = (unit: Unit | null, min: number, max = INT_MAX) => ({ type: "integer", unit, min, max }) as const;

export const POSTGRES_SETTING_FACTS: Readonly<Record<PostgresSettingName, PostgresSettingFacts>> = {
  effective_cache_size: integer("8kB", 1),
  logical_decoding_work_mem: integer("kB", 64),
  maintenance_work_mem: integer("kB", 1024),
  max_connections: integer(null, 1, 262_143),
  max_locks_per_transaction: integer(null, 10),
  max_parallel_maintenance_workers: integer(null, 0, 1024),
  max_parallel_workers: integer(null, 0, 1024),
  max_parallel_workers_per_gather: integer(null, 0, 1024),
  max_replication_slots: integer(null, 0, 262_143),
  max_slot_wal_keep_size: integer("MB", -1),
  max_standby_archive_delay: integer("ms", -1),
  max_standby_streaming_delay: integer("ms", -1),
  max_wal_senders: integer(null, 0, 262_143),
  max_wal_size: integer("MB", 2),
  max_worker_processes: integer(null, 0, 262_143),
  session_replication_role: { type: "enum", values: ["origin", "replica", "local"] },
  shared_buffers: integer("8kB", 16, 1_073_741_823),
  statement_timeout: integer("ms", 0),
  track_activity_query_size: integer("B", 100, 1_048_576),
  track_commit_timestamp: { type: "bool" },
  wal_keep_size: integer("MB", 0),
  wal_sender_timeout: integer("ms", 0),
  work_mem: integer("kB", 64),
};

/** What Postgres refuses when it starts only, having taken the value: two segments of its log, of 16 MB each. */
const LEAST: Readonly<Partial<Record<PostgresSettingName, number>>> = { max_wal_size: 32 };

/** In bytes, as Postgres counts: 1 kB is 1024 B. */
const MEMORY_UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
/** In milliseconds. */
const TIME_UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A number as people write it. Postgres would read zeros in front as octal, and takes exponents. */
const NUMBER = /^(-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?)([A-Za-z]*)$/;
const BOOLEANS = new Set(["on", "off", "true", "false", "yes", "no", "1", "0"]);

/** What a value counts in, in the smallest unit of its kind: bytes, milliseconds, or itself. */
function scaleOf(unit: Unit | null): { readonly units: Readonly<Record<string, number>>; readonly base: number } {
  if (unit === null) return { units: {}, base: 1 };
  if (unit === "ms") return { units: TIME_UNITS, base: 1 };
  return { units: MEMORY_UNITS, base: unit === "8kB" ? 8192 : (MEMORY_UNITS[unit] ?? 1) };
}

/** A value in the setting's own unit; undefined where it is none. */
function inOwnUnit(value: string, unit: Unit | null): number | undefined {
  const [, number, written = ""] = NUMBER.exec(value) ?? [];
  const { units, base } = scaleOf(unit);
  const factor = written === "" ? base : Object.hasOwn(units, written) ? units[written] : undefined;
  if (number === undefined || factor === undefined) return undefined;
  return Math.round((Number(number) * factor) / base);
}

/** What a setting of numbers amounts to: bytes, milliseconds or a count; undefined where the value is none. */
export function postgresSettingAmount(name: PostgresSettingName, value: string): number | undefined {
  const facts = POSTGRES_SETTING_FACTS[name];
  if (facts.type !== "integer") return undefined;
  const amount = inOwnUnit(value, facts.unit);
  return amount === undefined ? undefined : amount * scaleOf(facts.unit).base;
}

/** `128kB` out of a number of the setting's own unit. */
function inWords(amount: number, unit: Unit | null): string {
  if (unit === null) return String(amount);
  return unit === "8kB" ? `${amount * 8}kB` : `${amount}${unit}`;
}

/** Why Postgres would not take a value, or not start with it, as "must be …"; undefined where all is well. */
export function postgresSettingFault(name: PostgresSettingName, value: string): string | undefined {
  const facts = POSTGRES_SETTING_FACTS[name];
  if (facts.type === "bool") return BOOLEANS.has(value.toLowerCase()) ? undefined : "must be on or off";
  if (facts.type === "enum") {
    return facts.values.includes(value.toLowerCase()) ? undefined : `must be one of ${facts.values.join(", ")}`;
  }
  const { unit, max } = facts;
  const amount = inOwnUnit(value, unit);
  const endless = facts.min === -1;
  const min = LEAST[name] ?? (endless ? 0 : facts.min);
  if (amount !== undefined && ((amount >= min && amount <= max) || (endless && amount === -1))) return undefined;
  const range = `from ${inWords(min, unit)} to ${inWords(max, unit)}${endless ? ", or -1 for no limit" : ""}`;
  if (unit === null) return `must be a whole number ${range}`;
  const units = Object.keys(scaleOf(unit).units).join(", ");
  return `must be a number with a unit (${units}), or without one for ${unit}, ${range}`;
}

/** Settings as they may be wished for, each by its name; whether they fit the project's size is known where that is. */
export const WishedPostgresSettings = z.partialRecord(PostgresSettingName, z.string().max(40)).check((ctx) => {
  for (const [name, value] of Object.entries(ctx.value) as [PostgresSettingName, string][]) {
    const fault = postgresSettingFault(name, value);
    if (fault !== undefined) ctx.issues.push({ code: "custom", path: [name], message: fault, input: value });
  }
});
