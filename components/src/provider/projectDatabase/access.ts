import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { dockerEngine, dockerStatus } from "../../docker/dockerEngine.ts";
import { ExecFailed, execIn } from "../../docker/execIn.ts";

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

/** The server does not take the password. */
export class LoginRefused extends Error {
  override readonly name = "LoginRefused";
}

/** Longest time that a database may take to come up, a recovery after a crash included. */
const READY_WITHIN_MS = 180_000;
const PAUSE_MS = 100;

/**
 * Waits until a database answers: over TCP, which the temporary server of a first start doesn't listen on. A health check is
 * looked at once a second by Docker, and once a second more by its provider.
 * @throws DatabaseNotRunning when the container does not stay up, or nothing answers in time
 */
export async function untilAnswers({ endpoint, container: name }: DatabaseAccess): Promise<void> {
  const container = dockerEngine(endpoint).getContainer(name);
  const command = ["pg_isready", "-q", "-h", "127.0.0.1", "-U", DATABASE_SUPERUSER, "-d", "postgres"];
  for (const deadline = performance.now() + READY_WITHIN_MS; ; await sleep(PAUSE_MS)) {
    try {
      await execIn(container, { command });
      return;
    } catch (error) {
      const status = dockerStatus(error);
      if (status === 404) throw new DatabaseNotRunning(`there is no container ${name}`, { cause: error });
      if (status !== 409 && !(error instanceof ExecFailed)) throw error;
      if (performance.now() < deadline) continue;
      throw new DatabaseNotRunning(`the project's database in ${name} does not come up; its log says why`, {
        cause: error,
      });
    }
  }
}

/** Runs SQL in a project's database and gives what it printed, unaligned and without headers. @throws DatabaseNotRunning, LoginRefused, ExecFailed */
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
    if (error instanceof ExecFailed && /^psql: error: .*password authentication failed for user/s.test(error.message)) {
      throw new LoginRefused(`the database in ${name} does not take the password of ${DATABASE_SUPERUSER}`);
    }
    throw error;
  }
}
