import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildImages, imageCatalogue } from "../src/index.ts";

const id = randomBytes(3).toString("hex");
const BRIDGE = `slfw${id}`;
const TABLE = `supalove_fwtest_${id}`;
const name = (part: string) => `slfwtest-${id}-${part}`;

const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
const addressOf = (part: string) =>
  docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name(part));

/** Whether a container gets a TCP connection. */
async function connects(from: string, host: string, port: number): Promise<boolean> {
  const opening = `exec 3<>/dev/tcp/${host}/${port}`;
  const { exitCode } = await execa("docker", ["exec", name(from), "timeout", "2", "bash", "-c", opening], {
    reject: false,
  });
  return exitCode === 0;
}

/** What the host hears of a broadcast that a container on a network without the host sends: its text, or nothing. */
async function heard(): Promise<string | undefined> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  const { port } = socket.address();
  const told = new Promise<string>((resolve) => socket.once("message", (text) => resolve(text.toString())));
  const send = `use Socket; socket(S, PF_INET, SOCK_DGRAM, 17) and setsockopt(S, SOL_SOCKET, SO_BROADCAST, 1)
    and send(S, "heard", 0, pack_sockaddr_in(${port}, INADDR_BROADCAST)) or die`;
  await docker("exec", name("inside"), "perl", "-e", send);
  try {
    return await Promise.race([told, sleep(1_000, undefined)]);
  } finally {
    socket.close();
  }
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within 30 s: ${what}`);
    await sleep(200);
  }
}

const listing = async () =>
  (await execa("docker", ["exec", name("firewall"), "nft", "list", "table", "inet", TABLE], { reject: false })).stdout;

let firewallImage: string;
let host: Server;
let hostPort: number;
let gateway: string;

beforeAll(async () => {
  await buildImages({ only: ["firewall", "nginx"] });
  const { firewall, nginx } = await imageCatalogue();
  firewallImage = firewall.reference;
  await docker("network", "create", "-o", `com.docker.network.bridge.name=${BRIDGE}`, name("network"));
  gateway = await docker("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", name("network"));
  for (const part of ["peer", "one", "two"]) {
    const publish = part === "one" ? ["-p", "127.0.0.1::8080"] : [];
    await docker("run", "-d", "--name", name(part), "--network", name("network"), ...publish, nginx.reference);
  }
  const noHost = ["--internal", "-o", "com.docker.network.bridge.inhibit_ipv4=true"];
  await docker("network", "create", ...noHost, name("internal"));
  await docker("run", "-d", "--name", name("inside"), "--network", name("internal"), nginx.reference);
  host = createServer((_request, response) => response.end("host"));
  await new Promise<void>((resolve) => host.listen(0, gateway, resolve));
  hostPort = (host.address() as AddressInfo).port;
  // Open before, or what is shut afterwards would prove nothing.
  for (const part of ["one", "two"])
    await until(`${part} listens`, async () => connects("peer", await addressOf(part), 8080));
  expect(await connects("one", await addressOf("two"), 8080)).toBe(true);
  expect(await connects("one", gateway, hostPort)).toBe(true);
  await docker(
    ...["run", "-d", "--name", name("firewall"), "--network", "host", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN"],
    ...["--security-opt", "no-new-privileges", "-e", `BRIDGE=${BRIDGE}`, "-e", `TABLE=${TABLE}`],
    ...["-e", `PEER=${await addressOf("peer")}`, firewallImage],
  );
  await until("the firewall is healthy", async () => {
    return (await docker("inspect", "-f", "{{.State.Health.Status}}", name("firewall"))) === "healthy";
  });
});

afterAll(async () => {
  host?.close();
  // Stopped first, so that it takes its table away.
  await execa("docker", ["stop", "--time", "10", name("firewall")], { reject: false });
  for (const part of ["firewall", "peer", "one", "two", "inside"]) {
    await execa("docker", ["rm", "--force", "--volumes", name(part)], { reject: false });
  }
  await execa("docker", ["network", "rm", name("network"), name("internal")], { reject: false });
});

describe("the firewall", () => {
  it("keeps containers off the host and off one another", async () => {
    expect(await connects("one", gateway, hostPort)).toBe(false);
    expect(await connects("one", await addressOf("two"), 8080)).toBe(false);
    expect(await connects("two", await addressOf("one"), 8080)).toBe(false);
    expect(await connects("one", await addressOf("peer"), 8080)).toBe(false);
    expect(await connects("peer", gateway, hostPort)).toBe(false);
  });

  it("keeps broadcasts of a network without the host off the host", async () => {
    expect(await heard()).toBeUndefined();
  });

  it("lets the peer in, and the host by a published port", async () => {
    expect(await connects("peer", await addressOf("one"), 8080)).toBe(true);
    expect(await connects("peer", await addressOf("two"), 8080)).toBe(true);
    const published = await docker("port", name("one"), "8080");
    const answer = await fetch(`http://${published.split("\n")[0]}/healthz`);
    expect(await answer.text()).toBe("ok\n");
    expect(await (await fetch(`http://${await addressOf("two")}:8080/healthz`)).text()).toBe("ok\n");
  });

  it("puts its table back when somebody changes or removes it", async () => {
    const wanted = await listing();
    expect(wanted).toContain("ip daddr");
    for (const command of [
      ["flush", "chain", "inet", TABLE, "forward"],
      ["delete", "table", "inet", TABLE],
    ]) {
      await docker("exec", name("firewall"), "nft", ...command);
      expect(await listing()).not.toBe(wanted);
      await until("the table is back", async () => (await listing()) === wanted);
    }
    expect(await connects("one", await addressOf("two"), 8080)).toBe(false);
  });

  it("leaves its rules when it is killed, and takes them away when it is stopped", async () => {
    const onHost = (...command: string[]) => {
      const rights = ["--cap-drop", "ALL", "--cap-add", "NET_ADMIN"];
      return docker("run", "--rm", "--network", "host", ...rights, firewallImage, ...command);
    };
    const tables = () => onHost("nft", "list", "tables");
    await docker("kill", name("firewall"));
    expect(await tables()).toContain(TABLE);
    await docker("start", name("firewall"));
    // Before it says so it need not yet take a stop for what it is.
    await until("the firewall is up a second time", async () => {
      return (await docker("logs", name("firewall"))).split("are fenced").length > 2;
    });
    await docker("stop", "--time", "10", name("firewall"));
    expect(await tables()).not.toContain(TABLE);
    expect(await connects("one", await addressOf("two"), 8080)).toBe(true);
    // Unless the kernel itself asks for a way back, or another instance's firewall keeps it off as well.
    const settings = ["all", "default"].map((scope) => `/proc/sys/net/ipv4/conf/${scope}/rp_filter`);
    const [strict, others] = [await onHost("cat", ...settings), await tables()];
    if (strict === "0\n0" && !others.includes("supalove_")) expect(await heard()).toBe("heard");
  });
});
