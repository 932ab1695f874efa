import * as pulumi from "@pulumi/pulumi";
import { firstKeys, ProjectSpec } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { recordGraph } from "../testing/resourceGraph.ts";

const cluster = { host: "shared-db", port: 5432, username: "supabase_admin", password: "of-the-cluster" };
const RANDOM = "random:index/randomPassword:RandomPassword";

async function build(databasePassword?: string, passwordGeneration = 0) {
  let passwords: Record<string, string> = {};
  let secret = false;
  const graph = await recordGraph(async (opts) => {
    const { SharedTenantDatabase } = await import("./sharedTenantDatabase.ts");
    const spec = ProjectSpec.parse({
      ref: "abcdefghijklmnopqrst",
      plan: "shared",
      size: "micro",
      extensions: [],
      keys: firstKeys(1_700_000_000),
      passwordGeneration,
      imported: databasePassword === undefined ? {} : { databasePassword },
    });
    const made = new SharedTenantDatabase("db", { spec, cluster }, opts);
    secret = await pulumi.isSecret(made.passwords);
    passwords = await new Promise((resolve) => {
      made.passwords.apply(resolve);
    });
  });
  return { graph, passwords, secret };
}

describe("SharedTenantDatabase", () => {
  it("draws a password for each login, the owner's apart from the services'", async () => {
    const { graph, passwords, secret } = await build();
    expect(graph.ofType(RANDOM).sort()).toEqual(["db-owner-password", "db-service-passwords"]);
    expect(Object.keys(passwords).sort()).toEqual(["authAdmin", "authenticator", "owner", "storageAdmin"]);
    expect(new Set(Object.values(passwords)).size).toBe(4);
    for (const password of Object.values(passwords)) expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(secret).toBe(true);
  });

  it("takes an imported password for the owner alone", async () => {
    const { graph, passwords } = await build("brought along");
    expect(graph.ofType(RANDOM)).toEqual(["db-service-passwords"]);
    expect(passwords["owner"]).toBe("brought along");
    expect(passwords["authenticator"]).toMatch(/^[A-Za-z0-9]{32}$/);
  });

  it("hands them to its resources as secrets, in order: roles, database, what is inside", async () => {
    const { graph } = await build();
    for (const name of ["db-roles", "db-schema"]) {
      expect(await graph.isSecret(name, "passwords"), name).toBe(true);
    }
    expect(await graph.isSecret("db-cluster", "password")).toBe(true);
    expect(await graph.dependsOn("db-database")).toEqual(["db-roles"]);
    expect(await graph.dependsOn("db-schema")).toEqual(["db-database"]);
  });

  it("keeps the database: it is protected, and no later default replaces it", async () => {
    const { opts } = (await build()).graph.get("db-database");
    expect(opts.protect).toBe(true);
    expect(opts.ignoreChanges).toEqual(expect.arrayContaining(["template", "encoding", "lcCollate", "lcCtype"]));
  });

  it("draws other passwords in another generation", async () => {
    const [first, second] = [await build(), await build(undefined, 1)];
    expect(second.graph.ofType(RANDOM).sort()).toEqual(["db-owner-password-1", "db-service-passwords-1"]);
    for (const login of Object.keys(first.passwords)) {
      expect(second.passwords[login], login).not.toBe(first.passwords[login]);
    }
    expect((await build("chosen since", 1)).graph.ofType(RANDOM)).toEqual(["db-service-passwords-1"]);
  });
});
