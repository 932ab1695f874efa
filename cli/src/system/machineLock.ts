import { createHash } from "node:crypto";
import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError, codeOf } from "../errors.ts";

/** A held lock. */
export interface HeldLock {
  release(): Promise<void>;
}

/*
 * A lock is a listening socket in Linux' abstract namespace: the kernel lets one process have a name, and frees it in
 * the moment that process dies, however it dies. So there is no stale lock to find out about.
 */
const address = (name: string) => `\0supalove-${createHash("sha256").update(name).digest("hex").slice(0, 40)}`;

function listen(name: string, holder: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.end(holder);
    });
    server.once("error", (error) => (codeOf(error) === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    server.listen(address(name), () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Who holds a lock, in the holder's own words; undefined when nobody does. */
export function lockHolder(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address(name));
    let text = "";
    socket.setTimeout(1000, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
    });
    socket.on("error", () => resolve(undefined));
    socket.on("close", () => resolve(text === "" ? undefined : text));
  });
}

/**
 * Takes a lock that all processes of this machine see; released at the latest when this process ends.
 * @param name what is locked, a path for example
 * @param purpose what the holder does, shown to those who wait
 * @param onWait called once with the holder's words when somebody else has the lock; throwing from it gives up
 */
export async function takeLock(
  name: string,
  purpose: string,
  onWait: (holder: string) => void,
  signal?: AbortSignal,
): Promise<HeldLock> {
  let told = false;
  for (;;) {
    const server = await listen(name, `${purpose} (process ${process.pid})`);
    if (server !== undefined) return { release: () => new Promise((done) => server.close(() => done())) };
    if (!told) {
      const holder = await lockHolder(name);
      if (holder !== undefined) {
        onWait(holder);
        told = true;
      }
    }
    if (signal?.aborted === true) throw new CliError("stopped while waiting for another run");
    await sleep(200);
  }
}
