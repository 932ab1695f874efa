import type { ClusterAccess } from "@supalove/contracts";
import { execa } from "execa";
import pg from "pg";
import { instance } from "../../tests/harness/platform.ts";

/** Superuser access to the shared cluster over its published port; the password is in a file inside the container. */
export async function clusterAccess(): Promise<ClusterAccess> {
  const container = `${instance}-shared-db`;
  const password = await execa("docker", ["exec", container, "cat", "/run/supalove/superuser-password"]);
  const ports = await execa("docker", ["port", container, "5432/tcp"]);
  const port = Number(ports.stdout.split("\n")[0]?.split(":").at(-1));
  return { host: "127.0.0.1", port, username: "supabase_admin", password: password.stdout };
}

/** A superuser connection to the shared cluster. */
export async function cluster(database = "postgres"): Promise<pg.Client> {
  const { host, port, username, password } = await clusterAccess();
  const client = new pg.Client({ host, port, user: username, password, database });
  await client.connect();
  return client;
}
