import { execFile, spawn } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);

/** Where Debian puts the programs of Postgres 15; initdb and postgres are not on its PATH. */
const BIN = "/usr/lib/postgresql/15/bin";

export interface PrivatePostgres {
  readonly port: number;
  /** Connection string of a database, as the bootstrap superuser unless another login is named. */
  url(database: string, user?: string, password?: string): string;
  stop(): Promise<void>;
}

/** A Postgres 15 of its own on a free loopback port, for one test file; durability is off, data is thrown away. */
export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  const account = process.getuid?.() === 0 ? await unprivilegedAccount() : undefined;
  const folder = await mkdtemp("/tmp/supalove-test-pg-");
  if (account) await chown(folder, account.uid, account.gid);
  const data = join(folder, "data");
  await run(
    join(BIN, "initdb"),
    ["-D", data, "-U", "supabase_admin", "-A", "trust", "-N", "-E", "UTF8", "--no-locale"],
    {
      ...account,
      cwd: folder,
    },
  );
  const port = await freePort();
  const settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];
  const server = spawn(
    join(BIN, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, ...settings.flatMap((s) => ["-c", s])],
    { ...account, cwd: folder, stdio: "ignore" },
  );
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const url = (database: string, user = "supabase_admin", password = "unused") =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  await untilReady(url("postgres"));
  return {
    port,
    url,
    async stop() {
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root. */
async function unprivilegedAccount(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postgres"])).stdout)),
  );
  return { uid: uid as number, gid: gid as number };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await sleep(50);
    }
  }
}
