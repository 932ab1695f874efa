import { execa } from "execa";
import { instance } from "./platform.ts";

/** Lines that one of the platform's database servers answers to its superuser, from inside its container. */
export async function askServer(
  service: "control-db" | "shared-db",
  database: string,
  query: string,
): Promise<string[]> {
  const psql = ["psql", "-U", "supabase_admin", "-d", database, "-Atc", query];
  const { stdout } = await execa("docker", ["exec", "-u", "postgres", `${instance}-${service}`, ...psql]);
  return stdout.split("\n").filter((line) => line !== "");
}
