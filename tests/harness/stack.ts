import { execa } from "execa";
import { instance } from "./platform.ts";

/** Name of a dedicated project's container, or of its network where no service is named. */
export const containerOf = (ref: string, service?: string) =>
  service === undefined ? `${instance}-${ref}` : `${instance}-${ref}-${service}`;

export const docker = async (...args: string[]) => (await execa("docker", args)).stdout;

/** What Docker has of a project, by its label: containers, volumes and networks. */
export async function remainsOf(ref: string): Promise<string[]> {
  const filter = ["--filter", `label=supalove.project=${ref}`];
  const lists = await Promise.all([
    docker("ps", "--all", ...filter, "--format", "{{.Names}}"),
    docker("volume", "ls", ...filter, "--format", "{{.Name}}"),
    docker("network", "ls", ...filter, "--format", "{{.Name}}"),
  ]);
  return lists.flatMap((text) => text.split("\n")).filter((name) => name !== "");
}

/** SQL as the superuser of a project's database, from inside its container. */
export const asSuperuser = (ref: string, statement: string) =>
  docker(
    ...["exec", containerOf(ref, "db"), "psql", "-v", "ON_ERROR_STOP=1", "-U", "supabase_admin", "-d", "postgres"],
    ...["-Atc", statement],
  );
