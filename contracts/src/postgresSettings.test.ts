import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CustomPostgresSettings, POSTGRES_SETTINGS, type PostgresSettingName } from "./dedicated.ts";
import { postgresSettingAmount, postgresSettingFault, WishedPostgresSettings } from "./postgresSettings.ts";

const GOOD: readonly (readonly [PostgresSettingName, string])[] = [
  ["work_mem", "8MB"],
  ["work_mem", "64"],
  ["work_mem", "0.5GB"],
  ["shared_buffers", "128kB"],
  ["shared_buffers", "16384"],
  ["max_connections", "100"],
  ["max_wal_size", "32MB"],
  ["max_slot_wal_keep_size", "-1"],
  ["max_standby_archive_delay", "30s"],
  ["statement_timeout", "0"],
  ["statement_timeout", "2min"],
  ["wal_sender_timeout", "60000"],
  ["track_activity_query_size", "1kB"],
  ["track_commit_timestamp", "ON"],
  ["session_replication_role", "replica"],
];

const BAD: readonly (readonly [PostgresSettingName, string, RegExp])[] = [
  ["work_mem", "banana", /number with a unit \(B, kB, MB, GB, TB\), or without one for kB, from 64kB to 2147483647kB/],
  ["work_mem", "", /number with a unit/],
  ["work_mem", "63kB", /from 64kB/],
  ["work_mem", "8mb", /number with a unit/],
  ["work_mem", "8 MB", /number with a unit/],
  ["work_mem", "1e3kB", /number with a unit/],
  ["work_mem", "010MB", /number with a unit/],
  ["work_mem", "8s", /number with a unit/],
  ["work_mem", "8constructor", /number with a unit/],
  ["work_mem", "3TB", /to 2147483647kB/],
  ["work_mem", "much; too much", /number with a unit/],
  ["shared_buffers", "8kB", /from 128kB/],
  ["max_connections", "0", /whole number from 1 to 262143/],
  ["max_connections", "100MB", /whole number/],
  ["max_connections", "262144", /to 262143/],
  // Postgres takes it, and does not start with it.
  ["max_wal_size", "31MB", /from 32MB/],
  ["max_slot_wal_keep_size", "-2", /from 0MB to 2147483647MB, or -1 for no limit/],
  ["statement_timeout", "-1", /\(us, ms, s, min, h, d\), or without one for ms, from 0ms/],
  ["track_activity_query_size", "99", /from 100B/],
  ["track_commit_timestamp", "maybe", /on or off/],
  ["session_replication_role", "primary", /one of origin, replica, local/],
];

describe("a setting of Postgres that is wished for", () => {
  it.each(GOOD)("may be %s = %s", (name, value) => {
    expect(WishedPostgresSettings.parse({ [name]: value })).toEqual({ [name]: value });
  });

  it.each(BAD)("may not be %s = %s, and is told what it may be", (name, value, words) => {
    const { error } = WishedPostgresSettings.safeParse({ [name]: value });
    expect(error?.issues).toEqual([expect.objectContaining({ path: [name], message: expect.stringMatching(words) })]);
  });

  it("is none that is not offered", () => {
    expect(WishedPostgresSettings.safeParse({ shared_preload_libraries: "x" }).success).toBe(false);
  });

  it("can be written into a row whenever it may be wished for", () => {
    const value = fc.oneof(
      fc.string({ maxLength: 45 }),
      fc
        .tuple(fc.oneof(fc.integer(), fc.double({ noNaN: true })), fc.constantFrom("", "B", "kB", "MB", "ms", "s", "d"))
        .map(([number, unit]) => `${number}${unit}`),
      fc.constantFrom("on", "TRUE", "origin", "Local"),
    );
    fc.assert(
      fc.property(fc.constantFrom(...POSTGRES_SETTINGS), value, (name, text) => {
        if (postgresSettingFault(name, text) !== undefined) return;
        expect(CustomPostgresSettings.safeParse({ [name]: text }).success, `${name}=${text}`).toBe(true);
      }),
    );
  });

  it("amounts to bytes, milliseconds or a count, whatever it is written in", () => {
    expect(postgresSettingAmount("work_mem", "1024")).toBe(1024 ** 2);
    expect(postgresSettingAmount("shared_buffers", "2")).toBe(16_384);
    expect(postgresSettingAmount("shared_buffers", "1GB")).toBe(1024 ** 3);
    expect(postgresSettingAmount("statement_timeout", "1min")).toBe(60_000);
    expect(postgresSettingAmount("max_connections", "60")).toBe(60);
    expect(postgresSettingAmount("work_mem", "banana")).toBeUndefined();
    expect(postgresSettingAmount("track_commit_timestamp", "on")).toBeUndefined();
  });
});
