import { z } from "zod";
import { dockerEngine, dockerStatus } from "../../docker/dockerEngine.ts";
import { execIn } from "../../docker/execIn.ts";

/** How the database of a dedicated project is reached: inside its container, as its superuser. */
export const DatabaseAccess = z.object({
  /** Address of the Docker engine. */
  endpoint: z.string(),
  /** Name of the container; it outlives the container itself. */
  container: z.string(),
  password: z.string(),
});
export type DatabaseAccess = z.infer<typeof DatabaseAccess>;

/** Superuser of the upstream image, and of ours. */
export const DATABASE_SUPERUSER = "supabase_admin";

/** The container is not there, or does not run. */
export class DatabaseNotRunning extends Error {
  override readonly name = "DatabaseNotRunning";
}

/** Runs SQL in a project's database and gives what it printed, unaligned and without headers. @throws DatabaseNotRunning, ExecFailed */
export async function runSql({ endpoint, container: name, password }: DatabaseAccess, sql: string): Promise<string> {
  const container = dockerEngine(endpoint).getContainer(name);
  try {
    return await execIn(container, {
      command: [
        ...["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse"],
        ...["-h", "localhost", "-U", DATABASE_SUPERUSER, "-d", "postgres"],
      ],
      env: { PGPASSWORD: password, PGCONNECT_TIMEOUT: "10", PGOPTIONS: "-c lock_timeout=20s -c log_statement=none" },
      input: sql,
    });
  } catch (error) {
    const status = dockerStatus(error);
    if (status === 404 || status === 409) {
      throw new DatabaseNotRunning(`the container ${name} of the project's database does not run`, { cause: error });
    }
    throw error;
  }
}
