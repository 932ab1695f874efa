import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);
const BIN = "/usr/lib/postgresql/15/bin";

/** A free TCP port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A Postgres 15 of its own for a test file, on a port and in a folder of its own. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly superuser: { readonly user: string; readonly password: string };
  connect(database: string): Promise<pg.Client>;
  /** Stops it at once, as a crash would. */
  crash(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** True where this machine can run {@link startTestPostgres}. */
export const hasPostgres = () => existsSync(join(BIN, "postgres"));

/** Postgres refuses to run as root, so its programs run as the system user of the Debian package there. */
async function postgresUser(): Promise<{ uid: number; gid: number } | Record<string, never>> {
  if (process.getuid?.() !== 0) return {};
  const ids = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, "postgres"])));
  const [uid, gid] = ids.map(({ stdout }) => Number(stdout));
  return { uid: uid as number, gid: gid as number };
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const user = await postgresUser();
  const folder = await mkdtemp(join(tmpdir(), "supalove-pg-"));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  const data = join(folder, "data");
  const port = await freePort();
  const superuser = { user: "supabase_admin", password: "superuser of the tests" };
  await run(join(BIN, "initdb"), ["-D", data, "-U", superuser.user, "-A", "trust", "--no-sync"], {
    ...user,
    cwd: folder,
  });
  const options = [
    "-D",
    data,
    "-p",
    String(port),
    "-k",
    folder,
    "-h",
    "127.0.0.1",
    "-c",
    "fsync=off",
    "-c",
    "max_connections=200",
  ];
  let server: ChildProcess = spawn("true");

  const connect = async (database: string) => {
    const client = new pg.Client({ host: "127.0.0.1", port, database, ...superuser });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const start = async () => {
    server = spawn(join(BIN, "postgres"), options, { ...user, cwd: folder, stdio: "ignore" });
    for (let tries = 0; ; tries++) {
      try {
        await (await connect("postgres")).end();
        return;
      } catch (error) {
        if (tries > 200) throw error;
        await sleep(50);
      }
    }
  };
  const crash = async () => {
    if (server.exitCode !== null) return;
    // Immediate shutdown: every backend ends without a word to its client.
    server.kill("SIGQUIT");
    await once(server, "exit");
  };
  await start();
  return {
    host: "127.0.0.1",
    port,
    superuser,
    connect,
    crash,
    start,
    remove: async () => {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
