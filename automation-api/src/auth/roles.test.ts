import { MEMBER_ROLES } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { roleAllows, rolesAllowing, type Scope } from "./roles.ts";

const SCOPES: readonly Scope[] = [
  "account",
  "projects:read",
  "projects:write",
  "projects:delete",
  "secrets:read",
  "database:write",
  "operations:read",
  "operations:write",
  "organization:read",
  "organization:write",
];

describe("roles", () => {
  it("allow less from strongest to weakest", () => {
    for (const scope of SCOPES) {
      const allowed = MEMBER_ROLES.map((role) => roleAllows(role, scope));
      expect(allowed, scope).toEqual([...allowed].sort((a, b) => Number(b) - Number(a)));
    }
  });

  it("let a reader see no secret and change nothing", () => {
    expect(SCOPES.filter((scope) => roleAllows("read_only", scope))).toEqual([
      "account",
      "projects:read",
      "operations:read",
      "organization:read",
    ]);
  });

  it("say who may do a thing", () => {
    expect(rolesAllowing("projects:delete")).toEqual(["owner", "administrator"]);
    expect(rolesAllowing("organization:write")).toEqual(["owner"]);
  });
});
