import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createdTogether, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { hostAddresses, hostListener, type Listener, neighbourListener, reachable } from "../harness/outsiders.ts";
import { instance } from "../harness/platform.ts";
import { containerOf, docker } from "../harness/stack.ts";

/* What somebody reaches who has taken over a container of a dedicated project. */

const SERVICES = ["db", "rest", "meta", "gateway"] as const;

/** As many shells as fit into the smallest container's memory. */
const AT_ONCE = 24;

/** Tries to open connections from a container's own network; gives those that opened. */
async function opened(container: string, targets: readonly string[]): Promise<string[]> {
  const script = `for t in $TARGETS; do
    (timeout 2 bash -c "exec 3<>/dev/tcp/\${t%:*}/\${t##*:}" 2>/dev/null && echo "$t") &
  done; wait`;
  const found: string[] = [];
  for (let first = 0; first < targets.length; first += AT_ONCE) {
    const some = `TARGETS=${targets.slice(first, first + AT_ONCE).join(" ")}`;
    const { stdout } = await execa("docker", ["exec", "-e", some, container, "bash", "-c", script]);
    found.push(...stdout.split("\n").filter((line) => line !== ""));
  }
  return found;
}

async function addressesOf(filter: string): Promise<Map<string, string[]>> {
  const ids = (await docker("ps", "--quiet", "--filter", filter)).split("\n").filter((id) => id !== "");
  const format = "{{.Name}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}";
  const lines = (await docker("inspect", "--format", format, ...ids)).split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", ...addresses] = line.trim().split(" ");
      return [name.slice(1), addresses.filter((address) => address !== "")];
    }),
  );
}

describe("from inside a dedicated project's containers", () => {
  let own: LiveProject;
  let other: LiveProject;
  let host: Listener;
  let linkLocal: Listener;
  let privateNeighbour: Listener;

  beforeAll(async () => {
    [own, other] = await createdTogether([
      createProject("attacker", { plan: "dedicated", extensions: ["dblink", "postgres_fdw"] }),
      createProject("victim", { plan: "dedicated" }),
    ]);
    host = await hostListener();
    linkLocal = await neighbourListener("169.254.77");
    privateNeighbour = await neighbourListener("10.77.77");
  });
  afterAll(async () => {
    await Promise.all([host, linkLocal, privateNeighbour].map((listener) => listener?.close()));
    for (const project of [own, other]) if (project) await deleteProject(project.ref, { seconds: 120 });
  });

  it("the attack works where nothing stops it", async () => {
    for (const listener of [host, linkLocal, privateNeighbour]) expect(await reachable(listener)).toBe(true);
    for (const address of await hostAddresses()) expect(await reachable({ host: address, port: host.port })).toBe(true);
    const mine = await addressesOf(`label=supalove.project=${own.ref}`);
    const rest = `${mine.get(containerOf(own.ref, "rest"))?.[0]}:3000`;
    expect(await opened(containerOf(own.ref, "gateway"), [rest])).toEqual([rest]);
  });

  it.each(SERVICES)("%s reaches nothing of another project", async (service) => {
    const theirs = await addressesOf(`label=supalove.project=${other.ref}`);
    const targets = [...theirs.values()]
      .flat()
      .flatMap((ip) => [5432, 3000, 3001, 8080, 8081].map((port) => `${ip}:${port}`));
    expect(targets.length).toBeGreaterThan(20);
    expect(await opened(containerOf(own.ref, service), targets)).toEqual([]);
  });

  it.each(SERVICES)("%s reaches nothing of the platform", async (service) => {
    const all = await addressesOf(`label=supalove.instance=${instance}`);
    const platform = [...all].filter(([name]) => !name.includes(own.ref) && !name.includes(other.ref));
    const ports = [5432, 8080, 8081, 8000, 3000, 9464];
    const targets = platform.flatMap(([, addresses]) =>
      addresses.flatMap((ip) => ports.map((port) => `${ip}:${port}`)),
    );
    expect(targets.length).toBeGreaterThan(100);
    expect(await opened(containerOf(own.ref, service), targets)).toEqual([]);
  });

  it.each(SERVICES)(
    "%s reaches nothing of the server, of link-local addresses and of its neighbours",
    async (service) => {
      const addresses = (await hostAddresses()).filter((address) => !address.startsWith("127."));
      const targets = [
        ...addresses.map((address) => `${address}:${host.port}`),
        `${linkLocal.host}:${linkLocal.port}`,
        `${privateNeighbour.host}:${privateNeighbour.port}`,
      ];
      expect(await opened(containerOf(own.ref, service), targets)).toEqual([]);
    },
  );

  it("the tenant's SQL reaches no further, although it may open connections", async () => {
    const theirs = (await addressesOf(`label=supalove.project=${other.ref}`)).get(containerOf(other.ref, "db"))?.[0];
    const cluster = (await addressesOf(`label=supalove.instance=${instance}`)).get(`${instance}-shared-db`)?.[0];
    for (const target of [theirs, cluster, (await hostAddresses()).find((address) => address.startsWith("172."))]) {
      const attempt = sql(
        own.ref,
        `select extensions.dblink_connect('host=${target} port=5432 user=postgres password=x connect_timeout=2')`,
      );
      await expect(attempt).rejects.toThrow(/could not establish connection|unreachable|timeout/i);
    }
  });

  it("the tenant's SQL has no power over the server it runs in", async () => {
    for (const statement of [
      "copy (select 1) to program 'id'",
      "create temp table t (x text); copy t from program 'id'",
      "select pg_read_file('/run/supalove/postgres-password')",
      "create temp table t (x text); copy t from '/run/supalove/postgres-password'",
      "alter system set log_statement = 'all'",
      "set role supabase_admin",
      "alter role postgres superuser",
      "create role mine superuser",
      "grant pg_execute_server_program to postgres",
      "alter role supabase_admin password 'mine'",
      "load '/tmp/evil.so'",
      "create function f() returns int language c as '/tmp/evil.so', 'f'",
      "create extension plpython3u",
    ]) {
      await expect(sql(own.ref, statement), statement).rejects.toThrow(/answered 400/);
    }
  });

  it("Docker shows nothing of another project's secrets, and of one's own only where they are used", async () => {
    const inspect = async (ref: string) => docker("inspect", ...SERVICES.map((service) => containerOf(ref, service)));
    const mine = await inspect(own.ref);
    const secrets = [other.anonKey, other.serviceRoleKey, other.publishableKey, other.secretKey, other.jwtSecret];
    for (const secret of secrets) expect(mine).not.toContain(secret);
    const parsed = JSON.parse(mine) as {
      readonly Name: string;
      readonly Config: { readonly Labels: Record<string, string>; readonly Cmd: string[] | null };
      readonly HostConfig: {
        readonly SecurityOpt: string[];
        readonly CapDrop: string[];
        readonly Binds: string[] | null;
      };
      readonly Mounts: readonly { readonly Type: string; readonly Name?: string }[];
    }[];
    const ours = [own.anonKey, own.serviceRoleKey, own.publishableKey, own.secretKey, own.jwtSecret];
    for (const { Name, Config, HostConfig, Mounts } of parsed) {
      const logs = await execa("docker", ["logs", Name.slice(1)]);
      const shown = JSON.stringify([Name, Config.Labels, Config.Cmd, logs.stdout, logs.stderr]);
      for (const secret of ours) expect(shown, Name).not.toContain(secret);
      expect([HostConfig.CapDrop, HostConfig.SecurityOpt], Name).toEqual([["ALL"], ["no-new-privileges"]]);
      expect(HostConfig.Binds ?? [], Name).toEqual([]);
      for (const { Type } of Mounts) expect(Type, Name).toBe("volume");
      const { stdout } = await execa("docker", ["exec", Name.slice(1), "cat", "/proc/1/status"]);
      expect(/^CapEff:\s+(\w+)/m.exec(stdout)?.[1], Name).toMatch(/^0+$/);
    }
  });
});
