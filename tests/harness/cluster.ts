import { execa } from "execa";
import pg from "pg";
import { instance } from "./platform.ts";

/** Connects to the shared cluster as a client on this machine does, with a login and a password. */
export async function connect(user: string, password: string, database: string): Promise<pg.Client> {
  const { stdout } = await execa("docker", ["port", `${instance}-shared-db`, "5432/tcp"]);
  const port = Number(stdout.split("\n")[0]?.split(":").at(-1));
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Asks the shared cluster as its superuser, from inside its container: what somebody might do by hand. */
export async function asSuperuser(query: string): Promise<string> {
  const psql = ["psql", "-U", "supabase_admin", "-d", "postgres", "-Atc", query];
  const { stdout } = await execa("docker", ["exec", "-u", "postgres", `${instance}-shared-db`, ...psql]);
  return stdout.trim();
}

/** The SQLSTATE a statement fails with, or `undefined` when it passes. */
export async function sqlState(run: Promise<unknown>): Promise<string | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
