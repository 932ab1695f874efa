import { createSocket, type Socket } from "node:dgram";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createdTogether, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { hostAddresses, hostListener, type Listener, neighbourListener } from "../harness/outsiders.ts";
import { instance } from "../harness/platform.ts";
import { probe, type Target } from "../harness/probe.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf, docker } from "../harness/stack.ts";

/*
 * What leaves and enters a container of a dedicated project that somebody has taken over, by packets: not only whether a
 * connection opens, but whether anything answers at all, a refusal and an echo included.
 */

const SERVICES = ["db", "rest", "meta", "gateway"] as const;
const ANSWERED = ["open", "refused", "answered"];

/** A socket of this machine on every address, which remembers what it is sent and answers it. */
async function hostEcho(): Promise<{ readonly socket: Socket; readonly port: number; readonly heard: string[] }> {
  const socket = createSocket("udp4");
  const heard: string[] = [];
  socket.on("message", (text, from) => {
    heard.push(text.toString());
    socket.send(text, from.port, from.address, () => {});
  });
  await new Promise<void>((resolve) => socket.bind(0, "0.0.0.0", resolve));
  return { socket, port: socket.address().port, heard };
}

/** Addresses of containers on all of their networks. */
async function addresses(...containers: string[]): Promise<string[]> {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";
  return (await docker("inspect", "--format", format, ...containers)).split(/\s+/).filter((address) => address !== "");
}

describe("packets of a dedicated project's containers", () => {
  let own: LiveProject;
  let other: LiveProject;
  let host: Listener;
  let linkLocal: Listener;
  let privateNeighbour: Listener;
  let carrierGrade: Listener;
  let echo: Awaited<ReturnType<typeof hostEcho>>;
  /** A container that nobody fences, on the engine's own bridge. */
  let unfenced: string;

  const outsiders = () => [linkLocal, privateNeighbour, carrierGrade];
  const ofHost = async () => (await hostAddresses()).filter((address) => !address.startsWith("127."));

  beforeAll(async () => {
    [own, other] = await createdTogether([
      createProject("packets", { plan: "dedicated", extensions: ["dblink", "postgres_fdw"] }),
      createProject("bystander", { plan: "dedicated", publish_database: true }),
    ]);
    host = await hostListener();
    linkLocal = await neighbourListener("169.254.78");
    privateNeighbour = await neighbourListener("10.78.78");
    carrierGrade = await neighbourListener("100.78.78");
    echo = await hostEcho();
    const image = await docker("inspect", "--format", "{{.Image}}", containerOf(own.ref, "gateway"));
    unfenced = `${containerOf(own.ref)}-unfenced`;
    await docker("run", "--detach", "--rm", "--name", unfenced, "--entrypoint", "sleep", image, "600");
  });
  afterAll(async () => {
    echo?.socket.close();
    await Promise.allSettled([host, ...outsiders()].map((listener) => listener?.close()));
    if (unfenced) await docker("rm", "--force", unfenced);
    for (const project of [own, other]) if (project) await deleteProject(project.ref, { seconds: 120 });
  });

  it("arrive where nothing stops them, by every protocol", async () => {
    const format = "{{.NetworkSettings.Gateway}}";
    const gateway = (await docker("inspect", "--format", format, unfenced)).trim();
    const targets: Target[] = [
      { protocol: "tcp", host: gateway, port: host.port },
      { protocol: "udp", host: gateway, port: echo.port },
      { protocol: "udp", host: "255.255.255.255", port: echo.port },
      { protocol: "icmp", host: gateway, port: 0 },
      ...outsiders().map(({ host: address, port }): Target => ({ protocol: "tcp", host: address, port })),
    ];
    for (const { target, outcome } of await probe(unfenced, targets)) {
      expect(ANSWERED, `${target.protocol} ${target.host}`).toContain(outcome);
    }
    // Within the project, so that a shell of each container is known to be able to.
    const [db = ""] = await addresses(containerOf(own.ref, "db"));
    for (const service of SERVICES) {
      const inside = await probe(containerOf(own.ref, service), [
        { protocol: "tcp", host: db, port: 5432 },
        { protocol: "tcp", host: db, port: 9 },
        { protocol: "icmp", host: db, port: 0 },
      ]);
      expect(
        inside.map(({ outcome }) => outcome),
        service,
      ).toEqual(["open", "refused", "answered"]);
    }
  });

  it.each(SERVICES)("from %s are answered by nobody outside, not even with a refusal", async (service) => {
    const label = ["--filter", `label=supalove.instance=${instance}`];
    const named = (await docker("ps", ...label, "--format", '{{.Names}} {{.Label "supalove.project"}}')).split("\n");
    const platform = named.filter((line) => line.endsWith(" ")).map((line) => line.trim());
    const theirs = SERVICES.map((part) => containerOf(other.ref, part));
    expect(platform.length).toBeGreaterThan(5);
    const published = (await docker("port", containerOf(other.ref, "gateway"))).matchAll(/:(\d+)$/gm);
    const ports = [host.port, ...[...published].map(([, port]) => Number(port))];
    const targets: Target[] = [];
    for (const address of await addresses(...platform, ...theirs)) {
      for (const port of [5432, 8080, 8081, 9]) targets.push({ protocol: "tcp", host: address, port });
      targets.push({ protocol: "icmp", host: address, port: 0 });
    }
    for (const address of await ofHost()) {
      for (const port of [...ports, 2375, 9]) targets.push({ protocol: "tcp", host: address, port });
      targets.push({ protocol: "udp", host: address, port: echo.port }, { protocol: "icmp", host: address, port: 0 });
    }
    for (const { host: address, port } of outsiders()) {
      targets.push({ protocol: "tcp", host: address, port }, { protocol: "icmp", host: address, port: 0 });
    }
    expect(ports.length).toBeGreaterThan(1);
    targets.push(
      ...(await addresses(`${instance}-runner`)).map((host): Target => ({ protocol: "tcp", host, port: 9464 })),
    );
    const answers = await probe(containerOf(own.ref, service), targets);
    expect(answers.length).toBe(targets.length);
    expect(answers.filter(({ outcome }) => ANSWERED.includes(outcome))).toEqual([]);
  });

  it.each(SERVICES)("from %s don't reach the host by broadcast or multicast either", async (service) => {
    const everywhere = ["255.255.255.255", "224.0.0.1", "224.0.0.251"];
    const before = echo.heard.length;
    const answers = await probe(
      containerOf(own.ref, service),
      everywhere.map((address) => ({ protocol: "udp", host: address, port: echo.port })),
    );
    expect(answers.filter(({ outcome }) => ANSWERED.includes(outcome))).toEqual([]);
    expect(echo.heard.slice(before)).toEqual([]);
  });

  it.each(SERVICES)("%s has no IPv6 to send any by, and the Docker socket is not there", async (service) => {
    const shell = (script: string) => docker("exec", containerOf(own.ref, service), "sh", "-c", script);
    expect(await shell("cat /proc/net/if_inet6 | grep -v ' lo$' | wc -l")).toBe("0");
    expect(await shell("find / -xdev -name 'docker*.sock' -o -xdev -name 'containerd*.sock' | wc -l")).toBe("0");
  });

  it("that SQL sends get no answer either", async () => {
    await sql(
      own.ref,
      `create function public.reach(host text, port int) returns text language plpgsql as $$
       declare detail text;
       begin
         perform extensions.dblink_connect(
           format('host=%s port=%s user=x password=x dbname=x connect_timeout=2', host, port));
         return 'connected';
       exception when others then
         get stacked diagnostics detail = pg_exception_detail;
         return sqlerrm || ': ' || detail;
       end $$`,
    );
    const reach = async (host: string, port: number) =>
      (await sql<{ reach: string }>(own.ref, `select public.reach('${host}', ${port})`))[0]?.reach;
    const [otherDb = ""] = await addresses(containerOf(other.ref, "db"));
    const [ownDb = ""] = await addresses(containerOf(own.ref, "db"));
    // What an answer looks like, so that silence means something.
    expect(await reach(ownDb, 5432)).toMatch(/authentication|does not exist|no pg_hba/);
    const targets: [string, number][] = [
      [otherDb, 5432],
      ...(await addresses(`${instance}-shared-db`, `${instance}-control-db`)).map((ip): [string, number] => [ip, 5432]),
      ...(await ofHost()).slice(0, 3).map((ip): [string, number] => [ip, host.port]),
      ...outsiders().map((listener): [string, number] => [listener.host, listener.port]),
    ];
    for (const [target, port] of targets) {
      expect(await reach(target, port), `${target}:${port}`).toMatch(/timeout expired|No route|unreachable/i);
    }
  });

  it("of whoever shares the runner's way out don't arrive there, and it listens for nothing but its figures", async () => {
    const inspected = await docker("network", "inspect", `${instance}-edge`, "--format", "{{json .Containers}}");
    const members = Object.values(JSON.parse(inspected) as Record<string, { Name: string; IPv4Address: string }>);
    const runner = members.find(({ Name }) => Name === `${instance}-runner`);
    const others = members.filter((member) => member !== runner);
    const [address = ""] = (runner?.IPv4Address ?? "").split("/");
    expect(await docker("port", `${instance}-runner`)).toBe("");
    const listening = await docker("exec", `${instance}-runner`, "cat", "/proc/net/tcp", "/proc/net/tcp6");
    const sockets = [...listening.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm)];
    // Engines and their plugins talk to each other on loopback; Docker's name server is there as well.
    const open = sockets.filter(([, bound = ""]) => !/^(0{16}FFFF0000)?[0-9A-F]{6}7F$|^0{24}01000000$/.test(bound));
    expect(open.map(([, , port = ""]) => Number.parseInt(port, 16))).toEqual([9464]);
    expect(others.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining([`${instance}-shared-db`, `${instance}-gateway`, `${instance}-keycloak`]),
    );
    const targets: Target[] = [
      { protocol: "tcp", host: address, port: 9464 },
      { protocol: "tcp", host: address, port: 9 },
      { protocol: "icmp", host: address, port: 0 },
    ];
    const answers = await Promise.all(others.map(({ Name }) => probe(Name, targets)));
    expect(answers.flat().filter(({ outcome }) => ANSWERED.includes(outcome))).toEqual([]);
  });

  it("of the routing gateway do arrive, and so does a published port", async () => {
    const published = (await docker("port", containerOf(own.ref, "gateway"), "8080")).split("\n")[0];
    const healthy = await sleepUntil("the port", () => fetch(`http://${published}/healthz`).catch(() => undefined));
    expect(healthy.status).toBe(200);
    const answer = await fetch(`${own.url}/rest/v1/`, { headers: { apikey: own.serviceRoleKey } });
    expect(answer.status).toBe(200);
  });
});
