import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { type RecordedResource, type ResourceGraph, recordGraph } from "../testing/resourceGraph.ts";
import type { IdentityProvider, IdentityProviderArgs } from "./identityProvider.ts";

const ARGS: IdentityProviderArgs = {
  instance: "t",
  image: "supalove/keycloak:1",
  bindAddress: "127.0.0.1",
  port: 8180,
  publicUrl: "http://localhost:8180",
  dashboardUrl: "http://localhost:3000",
  networks: { edge: "t-edge", control: "t-control" },
  database: { host: "control-db", port: 5432, name: "keycloak", username: "keycloak", password: "db-secret" },
};

let made: IdentityProvider;
const build = (args: IdentityProviderArgs): Promise<ResourceGraph> =>
  recordGraph(async (opts) => {
    const { IdentityProvider } = await import("./identityProvider.ts");
    made = new IdentityProvider("identity", args, opts);
  });

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await build(ARGS);
});

const inRealm = (): RecordedResource[] =>
  [...graph.resources.values()].filter(({ type }) => type.startsWith("keycloak:"));

describe("IdentityProvider", () => {
  it("makes one container, one realm, three clients and the first person", () => {
    expect(graph.ofType("docker:index/container:Container")).toEqual(["identity-container"]);
    expect(graph.ofType("keycloak:index/realm:Realm")).toEqual(["identity-realm"]);
    expect(graph.ofType("keycloak:openid/client:Client").sort()).toEqual([
      "identity-api",
      "identity-cli",
      "identity-dashboard",
    ]);
    expect(graph.ofType("keycloak:index/user:User")).toEqual(["identity-admin"]);
    expect(inRealm()).toHaveLength(11);
  });

  it("asks Keycloak for nothing before it is healthy", async () => {
    for (const { name } of inRealm()) expect(await graph.dependsOn(name), name).toEqual(["identity-container"]);
  });

  it("lets a new container change nothing in the realm", async () => {
    for (const { name, props } of [graph.get("identity-keycloak"), ...inRealm()]) {
      for (const property of Object.keys(props)) {
        expect(await graph.sources(name, property), `${name}.${property}`).not.toContain("identity-container");
      }
    }
  });

  it("lets a preview work while Keycloak is down", async () => {
    expect(String(await graph.value("identity-keycloak", "initialLogin"))).toBe("false");
  });

  it("keeps people's accounts, and what the first person changed of theirs", () => {
    expect(graph.get("identity-realm").opts.protect).toBe(true);
    expect(graph.get("identity-admin").opts.ignoreChanges).toEqual(
      expect.arrayContaining(["initialPassword", "email", "firstName", "lastName", "enabled"]),
    );
  });

  it("shows no secret", async () => {
    expect(await graph.isSecret("identity-container", "envs")).toBe(true);
    expect(await graph.isSecret("identity-dashboard", "clientSecret")).toBe(true);
    for (const secret of [made.admin.password, made.bootstrapAdmin.password, made.dashboardClient.clientSecret]) {
      expect(await pulumi.isSecret(secret)).toBe(true);
    }
  });

  it("draws each secret apart", async () => {
    const all = [made.admin.password, made.bootstrapAdmin.password, made.dashboardClient.clientSecret];
    const texts = await new Promise<string[]>((resolve) => {
      pulumi.all(all).apply(resolve);
    });
    expect(new Set(texts).size).toBe(3);
    for (const text of texts) expect(text).toMatch(/^[A-Za-z0-9]{32}$/);
  });

  it("tells the API where tokens come from", () => {
    expect(made.issuer).toBe("http://localhost:8180/realms/supalove");
    expect(made.jwksUrl).toBe("http://keycloak:8080/realms/supalove/protocol/openid-connect/certs");
    expect(made.audience).toBe("supalove-api");
  });

  it("publishes the sign-in port alone, on the given address", async () => {
    expect(await graph.value("identity-container", "ports")).toEqual([
      { internal: 8080, external: 8180, ip: "127.0.0.1" },
    ]);
  });

  it("talks to the published port on every kind of address", async () => {
    for (const [bindAddress, url] of [
      ["0.0.0.0", "http://127.0.0.1:8180"],
      ["::", "http://[::1]:8180"],
      ["::1", "http://[::1]:8180"],
      ["192.0.2.7", "http://192.0.2.7:8180"],
    ] as const) {
      const other = await build({ ...ARGS, bindAddress });
      expect(await other.value("identity-keycloak", "url")).toBe(url);
    }
  });

  it.each([
    [{ publicUrl: "http://localhost:8180/" }, /publicUrl must be/],
    [{ publicUrl: "localhost:8180" }, /publicUrl must be/],
    [{ dashboardUrl: "http://localhost:3000/?a" }, /dashboardUrl must be/],
    [{ signUp: { verifyEmail: true } }, /needs a mail server/],
  ])("refuses %j", async (wrong, message) => {
    await expect(build({ ...ARGS, ...wrong })).rejects.toThrow(message);
  });
});
