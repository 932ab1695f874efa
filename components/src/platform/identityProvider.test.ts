import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { type RecordedResource, recordGraph, type ResourceGraph } from "../testing/resourceGraph.ts";
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
async function build(args: IdentityProviderArgs): Promise<ResourceGraph> {
  return recordGraph(async (opts) => {
    const { IdentityProvider } = await import("./identityProvider.ts");
    made = new IdentityProvider("identity", args, opts);
  });
}

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await build(ARGS);
});

const inRealm = (): RecordedResource[] =>
  [...graph.resources.values()].filter(({ type }) => /^keycloak:(?!.*provider)/.test(type));

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
    for (const { name } of inRealm()) expect(await graph.dependsOn(name), name).toContain("identity-container");
  });

  it("lets a new container change nothing in the realm", async () => {
    const provider = graph.get("pulumi:providers:keycloak" in {} ? "" : "identity-keycloak");
    // A property that comes from the container would replace provider and realm with it.
    for (const [key, value] of Object.entries(provider.props)) {
      const resources = await (pulumi.output(value) as unknown as { resources(): Promise<Set<pulumi.Resource>> });
      void resources;
      expect(value === made.container.id, key).toBe(false);
    }
    expect(await graph.value("identity-keycloak", "url")).toBe("http://127.0.0.1:8180");
    expect(await graph.value("identity-keycloak", "initialLogin")).toBe("false");
  });
});
