import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import pg from "pg";
import { freePort } from "./freePort.ts";
import { ownMark, TEST_LABEL } from "./ownMark.ts";

const IMAGE = "supalove/postgres:dev";
export const SUPERUSER = "supabase_admin";
const ATTEMPT_MS = 50;
const PATIENCE_MS = 60_000;

export interface PostgresOptions {
  /** Lines of `pg_hba.conf`; by default everybody on this machine gets in without a password. */
  readonly hba?: string;
  /** Lines of the configuration. */
  readonly settings?: string;
}

/** A Postgres of its own for one test file: the platform's image in a container, on a port of its own on loopback. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly container: string;
  readonly superuser: { readonly user: string; readonly password: string };
  /** Connection string of a database, as the superuser unless another login is named. */
  url(database: string, user?: string, password?: string): string;
  /** A session of the superuser. */
  connect(database: string): Promise<pg.Client>;
  /** Stops it as a crash would: every session ends without a word. */
  crash(): Promise<void>;
  /** Brings it up again after a crash, on the same port and with the same data. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

const TRUST = "local all all trust\nhost all all all trust\n";
/** What is thrown away need not survive a power cut. */
const THROWAWAY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n";

const docker = (...args: string[]) => execa("docker", args);

/** Starts it and waits until it answers. */
export async function startPostgres({ hba = TRUST, settings = "" }: PostgresOptions = {}): Promise<TestPostgres> {
  const container = `supalove-test-${randomBytes(4).toString("hex")}`;
  const port = await freePort();
  const superuser = { user: SUPERUSER, password: randomBytes(18).toString("base64url") };
  await docker(
    ...["create", "--name", container, "--label", `${TEST_LABEL}=${await ownMark()}`, "--shm-size", "256m"],
    ...["-p", `127.0.0.1:${port}:5432`],
    ...["-e", `POSTGRES_USER=${superuser.user}`, "-e", `POSTGRES_PASSWORD=${superuser.password}`, IMAGE],
  );
  const url = (database: string, user = superuser.user, password = superuser.password) =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  const connect = async (database: string) => {
    const client = new pg.Client({ connectionString: url(database) });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const start = async () => {
    await docker("start", container);
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        await (await connect("postgres")).end();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(ATTEMPT_MS);
      }
    }
  };
  const remove = async () => void (await docker("rm", "-f", "-v", container));
  try {
    await putFile(container, "/etc/postgresql/pg_hba.conf", hba);
    await putFile(container, "/etc/postgresql/conf.d/test.conf", THROWAWAY + settings);
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  const crash = async () => {
    await docker("kill", "--signal", "QUIT", container);
    await docker("wait", container);
  };
  return { host: "127.0.0.1", port, container, superuser, url, connect, crash, start, remove };
}

/** Puts a file into a container that does not run yet, readable by everybody in it. */
async function putFile(container: string, path: string, content: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "supalove-test-"));
  try {
    const file = join(folder, "file");
    await writeFile(file, content, { mode: 0o644 });
    await docker("cp", file, `${container}:${path}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
