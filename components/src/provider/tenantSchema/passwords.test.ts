import { expect, it } from "vitest";
import { tenantSchemaHandler } from "./handler.ts";

it("new passwords are no change of what is inside a database", () => {
  const passwords = { owner: "o", authenticator: "a", authAdmin: "aa", storageAdmin: "sa" };
  const cluster = { host: "h", port: 5432, username: "u", password: "p" };
  const inputs = { ref: "abcdefghijklmnopqrst", cluster, extensions: [], passwords };
  const known = tenantSchemaHandler.check(inputs).inputs;
  expect(tenantSchemaHandler.diff(known, { ...known, passwords: { ...passwords, owner: "other" } })).toEqual([]);
  expect(tenantSchemaHandler.diff(known, { ...known, extensions: ["hstore"] })).toHaveLength(1);
});
