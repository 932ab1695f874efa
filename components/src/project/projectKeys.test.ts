import * as pulumi from "@pulumi/pulumi";
import { firstKeys, type KeyGenerations } from "@supalove/contracts";
import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { recordGraph } from "../testing/resourceGraph.ts";
import type { ProjectKeys, ProjectKeysArgs } from "./projectKeys.ts";

const REF = "abcdefghijklmnopqrst";
const ISSUED = 1_700_000_000;
const RANDOM = "random:index/randomPassword:RandomPassword";
const KEYS = ["jwtSecret", "anonKey", "serviceRoleKey", "publishableKey", "secretKey"] as const;

async function build(imported: ProjectKeysArgs["imported"] = {}, generations: KeyGenerations = firstKeys(ISSUED)) {
  let made: ProjectKeys | undefined;
  let values: Record<string, string> = {};
  const graph = await recordGraph(async (opts) => {
    const { ProjectKeys } = await import("./projectKeys.ts");
    const keys = new ProjectKeys("keys", { ref: REF, generations, imported }, opts);
    values = await new Promise((resolve) => {
      pulumi.all(Object.fromEntries(KEYS.map((key) => [key, keys[key]]))).apply(resolve);
    });
    made = keys;
  });
  if (made === undefined) throw new Error("nothing was made");
  return { graph, made, values };
}

describe("ProjectKeys", () => {
  it("draws a JWT secret and both opaque keys with two resources", async () => {
    const { graph, values } = await build();
    expect(graph.ofType(RANDOM).sort()).toEqual(["keys-jwt", "keys-opaque"]);
    expect(values["jwtSecret"]).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(values["publishableKey"]).toMatch(/^sb_publishable_[A-Za-z0-9]{22}_[\w-]{8}$/);
    expect(values["secretKey"]).toMatch(/^sb_secret_[A-Za-z0-9]{22}_[\w-]{8}$/);
    expect(values["publishableKey"]?.split("_")[2]).not.toBe(values["secretKey"]?.split("_")[2]);
  });

  it("signs the older keys with the secret, for this project and role", async () => {
    const { values } = await build();
    const secret = new TextEncoder().encode(values["jwtSecret"]);
    for (const [key, role] of [
      ["anonKey", "anon"],
      ["serviceRoleKey", "service_role"],
    ] as const) {
      const { payload } = await jwtVerify(values[key] ?? "", secret);
      expect(payload).toMatchObject({ iss: "supabase", ref: REF, role, iat: 1_700_000_000 });
    }
  });

  it("shows no key in plans and states", async () => {
    for (const imported of [{}, { jwtSecret: "j".repeat(40), anonKey: "a.b.c", serviceRoleKey: "d.e.f" }]) {
      const { made } = await build(imported);
      for (const key of KEYS) expect(await pulumi.isSecret(made[key]), key).toBe(true);
    }
  });

  it("never draws again", async () => {
    const { graph } = await build();
    for (const name of graph.ofType(RANDOM)) {
      expect(graph.get(name).opts.ignoreChanges).toEqual(expect.arrayContaining(["length", "special"]));
    }
  });

  it("takes what was brought along as it is, and draws none for it", async () => {
    const imported = { jwtSecret: "j".repeat(40), anonKey: "a.b.c", serviceRoleKey: "d.e.f" };
    const { graph, values } = await build(imported);
    expect(values).toMatchObject(imported);
    expect(graph.ofType(RANDOM)).toEqual(["keys-opaque"]);
  });

  it("draws each generation by itself, and forgets the older one without touching the newer", async () => {
    const previous = { generation: 0, issuedAt: ISSUED, overlapHours: 24, until: ISSUED + 86_400 };
    const first = await build();
    const during = await build({}, { generation: 1, issuedAt: ISSUED + 10, previous });
    const after = await build({}, { generation: 1, issuedAt: ISSUED + 10, previous: null });
    expect(during.graph.ofType(RANDOM).sort()).toEqual(["keys-jwt", "keys-jwt-1", "keys-opaque", "keys-opaque-1"]);
    expect(after.graph.ofType(RANDOM).sort()).toEqual(["keys-jwt-1", "keys-opaque-1"]);
    expect(after.values).toEqual(during.values);
    for (const key of KEYS) expect(during.values[key], key).not.toBe(first.values[key]);
    const older = during.made.previous;
    expect(older?.until).toBe(ISSUED + 86_400);
    for (const key of KEYS) {
      if (older === null) throw new Error("no older keys");
      expect(await pulumi.isSecret(older[key]), key).toBe(true);
      expect(await new Promise((resolve) => older[key].apply(resolve)), key).toBe(first.values[key]);
    }
    expect(after.made.previous).toBeNull();
  });

  it("takes what was brought along for the first generation alone", async () => {
    const imported = { jwtSecret: "j".repeat(40), anonKey: "a.b.c", serviceRoleKey: "d.e.f" };
    const previous = { generation: 0, issuedAt: ISSUED, overlapHours: 1, until: ISSUED + 3_600 };
    const { graph, values } = await build(imported, { generation: 1, issuedAt: ISSUED + 10, previous });
    expect(graph.ofType(RANDOM).sort()).toEqual(["keys-jwt-1", "keys-opaque", "keys-opaque-1"]);
    for (const key of Object.values(imported)) expect(Object.values(values)).not.toContain(key);
    expect((await build(imported, { generation: 1, issuedAt: 1, previous: null })).graph.ofType(RANDOM).sort()).toEqual(
      ["keys-jwt-1", "keys-opaque-1"],
    );
  });
});
