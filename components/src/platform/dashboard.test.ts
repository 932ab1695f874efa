import { DashboardEnv } from "@supalove/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import { type ResourceGraph, recordGraph } from "../testing/resourceGraph.ts";
import type { DashboardArgs } from "./dashboard.ts";

const ARGS: DashboardArgs = {
  instance: "t",
  image: "supalove/dashboard:1",
  bindAddress: "127.0.0.1",
  port: 3000,
  networks: { edge: "t-edge", control: "t-control" },
  env: {
    SUPALOVE_INSTANCE: "t",
    PUBLIC_DASHBOARD_URL: "http://localhost:3000",
    PUBLIC_API_URL: "http://localhost:8000",
    PUBLIC_GATEWAY_URL: "http://localhost:8080",
    PUBLIC_DATABASE_ADDRESS: "localhost:5433",
    API_URL: "http://api:8000",
    GATEWAY_HEALTH_URL: "http://gateway:9464",
    RUNNER_HEALTH_URL: "http://runner:9464",
    PROMETHEUS_URL: "http://prometheus:9090",
    OIDC_ISSUER: "http://localhost:8180/realms/supalove",
    OIDC_INSIDE_URL: "http://keycloak:8080/realms/supalove",
    OIDC_CLIENT_ID: "supalove-dashboard",
    OIDC_CLIENT_SECRET: "client-secret-of-a-test",
  },
};

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await recordGraph(async (opts) => {
    const { Dashboard } = await import("./dashboard.ts");
    new Dashboard("dashboard", ARGS, opts);
  });
});

const property = <T>(name: string) => graph.value<T>("dashboard-container", name);

describe("Dashboard", () => {
  it("is one container and one key", () => {
    expect(graph.ofType("docker:index/container:Container")).toEqual(["dashboard-container"]);
    expect(graph.ofType("random:index/randomPassword:RandomPassword")).toEqual(["dashboard-session-key"]);
  });

  it("gets an environment that its server takes", async () => {
    const lines = await property<readonly string[]>("envs");
    const env = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    // The recorded graph makes no random bytes.
    expect(DashboardEnv.safeParse({ ...env, SESSION_KEY: "k".repeat(43) }).error).toBeUndefined();
    expect(Object.keys(env).sort()).toEqual([...Object.keys(ARGS.env), "SESSION_KEY"].sort());
    expect(await graph.isSecret("dashboard-container", "envs")).toBe(true);
  });

  it("is on the networks of browsers and of the control plane, never on the tenants'", async () => {
    const networks = await property<readonly { name: string; aliases?: readonly string[] }[]>("networksAdvanced");
    expect(networks.map(({ name }) => name)).toEqual(["t-edge", "t-control"]);
    expect(networks[1]?.aliases).toEqual(["dashboard"]);
  });

  it("holds no socket, and is published on the bind address alone", async () => {
    expect(await property<unknown[]>("mounts")).toEqual([]);
    expect(await property<unknown[]>("ports")).toEqual([{ internal: 3000, external: 3000, ip: "127.0.0.1" }]);
  });
});
