import { execa } from "execa";
import pg from "pg";
import { instance } from "../../tests/harness/platform.ts";

/** A superuser connection to the shared cluster, by the password that its container was given. */
export async function cluster(): Promise<pg.Client> {
  const env = await execa("docker", ["inspect", "-f", "{{json .Config.Env}}", `${instance}-shared-db`]);
  const password = (JSON.parse(env.stdout) as string[]).find((line) => line.startsWith("POSTGRES_PASSWORD="));
  const ports = await execa("docker", ["port", `${instance}-shared-db`, "5432/tcp"]);
  const client = new pg.Client({
    host: "127.0.0.1",
    port: Number(ports.stdout.split("\n")[0]?.split(":").at(-1)),
    user: "supabase_admin",
    password: password?.slice("POSTGRES_PASSWORD=".length),
    database: "postgres",
  });
  await client.connect();
  return client;
}
