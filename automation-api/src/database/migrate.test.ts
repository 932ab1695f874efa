import { describe, expect, it } from "vitest";
import { findMigrations, type Migration, pendingMigrations, readMigrations } from "./migrate.ts";

const migration = (name: string, checksum = name): Migration => ({ name, sql: "", checksum });
const [one, two, three] = ["1_one", "2_two", "3_three"].map((name) => migration(name)) as [
  Migration,
  Migration,
  Migration,
];

describe("pendingMigrations", () => {
  it("gives what is not applied, in order", () => {
    expect(pendingMigrations([three, one, two], [one])).toEqual([two, three]);
    expect(pendingMigrations([one], [one])).toEqual([]);
  });

  it("refuses one that was altered", () => {
    expect(() => pendingMigrations([one], [{ name: one.name, checksum: "other" }])).toThrow(/altered/);
  });

  it("refuses a database that is newer than the program", () => {
    expect(() => pendingMigrations([one], [one, two])).toThrow(/does not know/);
  });

  it("refuses one that comes late", () => {
    expect(() => pendingMigrations([one, two], [two])).toThrow(/sorts before/);
  });
});

describe("readMigrations", () => {
  it("finds the committed ones, each with a checksum", async () => {
    const migrations = await readMigrations(findMigrations(import.meta.dirname));
    expect(migrations.length).toBeGreaterThan(1);
    for (const { checksum, sql } of migrations) {
      expect(checksum).toMatch(/^[0-9a-f]{64}$/);
      expect(sql.length).toBeGreaterThan(0);
    }
  });
});
