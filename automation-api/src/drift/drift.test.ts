import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { isAcceptable } from "./isAcceptable.ts";

const SCHEMA = "supalove:cluster:TenantSchema";
const DATABASE = "supalove:project:Database";
const change = (fields: Partial<PlannedChange> & { readonly lines?: readonly string[] } = {}): PlannedChange => ({
  urn: "urn:x",
  type: SCHEMA,
  name: "db-schema",
  op: "update",
  destructive: false,
  summary: "put right",
  detailed: (fields.lines ?? []).map((before, i) => ({ path: `drift[${i}]`, before, after: null, kind: "delete" })),
  ...fields,
});

describe("isAcceptable", () => {
  it("lets a project keep extensions and settings that it changed", () => {
    const lines = [
      "extension hstore: missing, should be installed",
      "setting statement_timeout of x: 1s, should be 8s",
    ];
    expect(isAcceptable(change({ lines }))).toBe(true);
  });

  it("lets a dedicated project keep what sessions of the API's roles begin with", () => {
    const lines = [
      "setting statement_timeout of anon: 30s, should be 3s",
      "setting statement_timeout of authenticated in this database: 1h, should be none",
    ];
    expect(isAcceptable(change({ type: DATABASE, lines }))).toBe(true);
  });

  it.each([
    [
      "a membership of a dedicated project's role",
      change({ type: DATABASE, lines: ["role postgres is a member of supabase_admin, which it should not be"] }),
    ],
    [
      "the path of the superuser",
      change({ type: DATABASE, lines: ["setting search_path of supabase_admin: public, should be auth"] }),
    ],
    ["a right", change({ lines: ["rights of everybody on the database: CONNECT, should be none"] })],
    ["a right beside a setting", change({ lines: ["setting a of x: 1, should be 2", "owner of schema auth: x"] })],
    ["a login", change({ type: "supalove:cluster:TenantRoles", lines: ["role x: SUPERUSER, login"] })],
    ["a missing database", change({ type: "postgresql:index/database:Database", op: "create" })],
    [
      "a wish that is not fulfilled",
      change({ detailed: [{ path: "extensions[0]", before: null, after: "x", kind: "add" }] }),
    ],
  ])("does not let %s pass", (_what, found) => expect(isAcceptable(found)).toBe(false));
});
