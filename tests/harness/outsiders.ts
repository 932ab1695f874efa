import { randomBytes } from "node:crypto";
import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** An address with a port, of something that listens there. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Whether this machine itself gets a connection there: what an attack is measured against. */
export function reachable({ host, port }: Pick<Listener, "host" | "port">): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

/** A listener of this machine, on every address that it has. */
export async function hostListener(): Promise<Listener> {
  const server: Server = createServer((socket) => {
    // Whoever only looks whether somebody answers hangs up at once.
    socket.on("error", () => socket.destroy());
    socket.end("reached\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { host: "127.0.0.1", port: address.port, close: async () => void server.close() };
}

/**
 * A listener behind this machine, in a network namespace of its own, as a neighbour on another cable would be.
 * @param network first three parts of a /30 that only exists between the two ends made here, as `169.254.77`
 */
export async function neighbourListener(network: string): Promise<Listener> {
  const id = randomBytes(3).toString("hex");
  const [space, here, there] = [`slt${id}`, `sl${id}h`, `sl${id}n`];
  const ip = (...args: string[]) => execa("ip", args);
  const host = `${network}.2`;
  const port = 7_777;
  await ip("netns", "add", space);
  await ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", space);
  await ip("addr", "add", `${network}.1/30`, "dev", here);
  await ip("link", "set", here, "up");
  await ip("-n", space, "addr", "add", `${host}/30`, "dev", there);
  await ip("-n", space, "link", "set", there, "up");
  // Answers find their way back, whoever asked.
  await ip("-n", space, "route", "add", "default", "via", `${network}.1`);
  const program = `require("node:net").createServer((s) => s.on("error", () => {}).end("reached")).listen(${port}, "0.0.0.0")`;
  const listening = execa("ip", ["netns", "exec", space, process.execPath, "-e", program], { reject: false });
  for (let attempt = 0; attempt < 50 && !(await reachable({ host, port })); attempt++) await sleep(100);
  return {
    host,
    port,
    async close() {
      listening.kill("SIGKILL");
      await listening;
      await ip("netns", "del", space);
    },
  };
}

/** IPv4 addresses of this machine, those of Docker's bridges included. */
export async function hostAddresses(): Promise<string[]> {
  const { stdout } = await execa("ip", ["-4", "-o", "addr", "show"]);
  return [...stdout.matchAll(/inet (\d+\.\d+\.\d+\.\d+)\//g)].map(([, address]) => address as string);
}
