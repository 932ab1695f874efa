import { DedicatedSpec, firstKeys, type KeyGenerations, type ServerPlace } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { recordGraph } from "../../testing/resourceGraph.ts";

const REF = "abcdefghijklmnopqrst";
const CONTAINER = "docker:index/container:Container";
const place: ServerPlace = {
  kind: "server",
  endpoint: "unix:///var/run/docker.sock",
  instance: "t",
  cores: null,
  bindAddress: "127.0.0.1",
  edgeNetwork: "t-projects",
  reachedAt: null,
};

type Stack = DedicatedSpec["stack"];

interface Facts {
  readonly size?: string;
  readonly cores?: number | null;
  readonly generations?: KeyGenerations;
  readonly passwordGeneration?: number;
}

async function build(stack: Partial<Stack> = {}, facts: Facts = {}) {
  const { size = "micro", cores = null, generations = firstKeys(1_700_000_000), passwordGeneration = 0 } = facts;
  let gatewayUrl = "";
  const graph = await recordGraph(async (opts) => {
    const [{ DedicatedProject }, { ProjectKeys }] = await Promise.all([
      import("./dedicatedProject.ts"),
      import("../projectKeys.ts"),
    ]);
    const spec = DedicatedSpec.parse({
      ref: REF,
      plan: "dedicated",
      size,
      extensions: ["vector"],
      keys: generations,
      passwordGeneration,
      imported: {},
      stack: {
        services: ["rest", "meta"],
        postgresSettings: {},
        routes: [],
        publishDatabase: false,
        images: { db: "i/db", rest: "i/rest", meta: "i/meta", gateway: "i/gateway" },
        gatewayPort: 5500,
        databasePort: 5501,
        paused: false,
        ...stack,
      },
    });
    const keys = new ProjectKeys("keys", { ref: REF, generations, imported: {} }, opts);
    const made = new DedicatedProject("project", { spec, place: { ...place, cores }, keys }, opts);
    gatewayUrl = await new Promise((resolve) => {
      made.gatewayUrl.apply(resolve);
    });
  });
  return { graph, gatewayUrl };
}

interface NetworkWish {
  readonly name: string;
}

describe("DedicatedProject", () => {
  it("puts every container on the project's own network, and the gateway alone on another", async () => {
    const { graph, gatewayUrl } = await build();
    expect(graph.ofType(CONTAINER).sort()).toEqual(["project-db", "project-gateway", "project-meta", "project-rest"]);
    for (const name of graph.ofType(CONTAINER)) {
      const networks = await graph.value<readonly NetworkWish[]>(name, "networksAdvanced");
      const own = networks.map((network) => network.name);
      expect(own, name).toEqual(name === "project-gateway" ? ["t-projects", `t-${REF}`] : [`t-${REF}`]);
      const ports = await graph.value<readonly unknown[]>(name, "ports");
      expect(ports, name).toEqual(
        name === "project-gateway" ? [{ internal: 8080, external: 5500, ip: "127.0.0.1" }] : [],
      );
    }
    expect(gatewayUrl).toBe(`http://t-${REF}-gateway:8080`);
  });

  it("keeps what holds data: protected, and no later default replaces it", async () => {
    const { graph } = await build();
    for (const name of ["project-network", "project-data"]) expect(graph.get(name).opts.protect, name).toBe(true);
    expect(graph.get("project-data").opts.ignoreChanges).toEqual(expect.arrayContaining(["labels", "driver"]));
  });

  it("promises no container more processors than the server has", async () => {
    const cpus = async (cores: number | null) =>
      (await build({}, { size: "large", cores })).graph.value("project-db", "cpus");
    expect([await cpus(null), await cpus(8), await cpus(2)]).toEqual(["4.0", "4.0", "2.0"]);
  });

  it("hides every secret, and puts none into a label, a name or a command", async () => {
    const { graph } = await build();
    for (const name of ["project-rest", "project-meta", "project-db"]) {
      expect(await graph.isSecret(name, "envs"), name).toBe(true);
    }
    expect(await graph.isSecret("project-inside", "access")).toBe(true);
    expect(await graph.isSecret("project-inside", "passwords")).toBe(true);
    const uploads = await graph.value<readonly { content: string; file: string }[]>("project-gateway", "uploads");
    expect(uploads.map(({ file }) => file)).toEqual(["/etc/nginx/nginx.conf"]);
    for (const name of graph.ofType(CONTAINER)) {
      const shown = JSON.stringify([
        await graph.value(name, "labels"),
        await graph.value(name, "name"),
        (await graph.value(name, "command")) ?? [],
      ]);
      expect(shown, name).not.toMatch(/[A-Za-z0-9]{32}/);
    }
  });

  it("gives REST its login only when it is there", async () => {
    const { graph } = await build();
    expect(await graph.dependsOn("project-inside")).toEqual(["project-db"]);
    expect(await graph.dependsOn("project-rest")).toEqual(["project-inside"]);
    expect(await graph.dependsOn("project-meta")).toEqual([]);
  });

  it("leaves out a service that is off, and everything that runs while it is paused", async () => {
    expect((await build({ services: [] })).graph.ofType(CONTAINER).sort()).toEqual(["project-db", "project-gateway"]);
    const { graph } = await build({ paused: true });
    expect(graph.ofType(CONTAINER)).toEqual([]);
    expect(graph.ofType("docker:index/volume:Volume")).toEqual(["project-data"]);
    expect(graph.ofType("supalove:project:Network")).toEqual(["project-network"]);
  });

  it("publishes the database through the gateway where that is wished for", async () => {
    const { graph } = await build({ publishDatabase: true });
    expect(await graph.value("project-gateway", "ports")).toEqual([
      { internal: 8080, external: 5500, ip: "127.0.0.1" },
      { internal: 5432, external: 5501, ip: "127.0.0.1" },
    ]);
  });

  it("lets REST and the gateway take the keys of two generations while a rotation lasts", async () => {
    const issuedAt = 1_700_000_000;
    const previous = { generation: 0, issuedAt, overlapHours: 24, until: issuedAt + 86_400 };
    const secrets = async (generations?: KeyGenerations) => {
      const { graph } = await build({}, generations === undefined ? {} : { generations });
      const envs = await graph.value<readonly string[]>("project-rest", "envs");
      const jwks = envs.find((env) => env.startsWith("PGRST_JWT_SECRET="))?.replace("PGRST_JWT_SECRET=", "") ?? "";
      const uploads = await graph.value<readonly { content: string }[]>("project-gateway", "uploads");
      const { keys } = JSON.parse(jwks) as { keys: { k: string }[] };
      return { signing: keys.map(({ k }) => k), conf: uploads[0]?.content ?? "" };
    };
    const first = await secrets();
    const during = await secrets({ generation: 1, issuedAt, previous });
    const after = await secrets({ generation: 1, issuedAt, previous: null });
    expect([first.signing.length, during.signing.length, after.signing.length]).toEqual([1, 2, 1]);
    expect(during.signing).toEqual([...after.signing, ...first.signing]);
    expect(during.conf).toContain("$sl_overlap");
    expect(after.conf).not.toContain("$sl_overlap");
  });

  it("shows by a label which containers a rotation makes anew, and none before the first", async () => {
    const label = async (name: string, facts: Facts) => {
      const labels = await (await build({}, facts)).graph.value<{ label: string; value: string }[]>(name, "labels");
      return labels.find(({ label: key }) => key === "supalove.secrets")?.value;
    };
    const generations = { generation: 3, issuedAt: 1_700_000_000, previous: null };
    expect(await label("project-rest", {})).toBeUndefined();
    expect(await label("project-rest", { generations, passwordGeneration: 2 })).toBe("keys-3.passwords-2");
    expect(await label("project-meta", { generations })).toBeUndefined();
    expect(await label("project-meta", { passwordGeneration: 2 })).toBe("passwords-2");
    expect(await label("project-db", { generations, passwordGeneration: 2 })).toBeUndefined();
  });

  it("gives the database new passwords without a restart", async () => {
    const { graph } = await build({}, { passwordGeneration: 2 });
    expect(graph.ofType("random:index/randomPassword:RandomPassword")).toEqual(
      expect.arrayContaining(["project-owner-password-2", "project-service-passwords-2"]),
    );
    expect(graph.get("project-db").opts.ignoreChanges).toEqual(["uploads[0].content"]);
    const uploads = await graph.value<readonly { file: string }[]>("project-db", "uploads");
    expect(uploads.map(({ file }) => file)).toEqual(["/run/supalove/postgres-password"]);
  });
});
