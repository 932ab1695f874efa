import { dockerEngine } from "@supalove/components/docker/dockerEngine.ts";
import { execIn } from "@supalove/components/docker/execIn.ts";
import { stackName } from "@supalove/contracts";
import { z } from "zod";
import type { DatabaseFacts, StackPlace } from "./imagePort.ts";

const Facts = z.object({ major: z.number().int(), bytes: z.number().int(), extensions: z.array(z.string()) });

/** As the tenant's own login, so names are looked for in the catalog alone. */
const SQL = `set search_path = pg_catalog, pg_temp;
select json_build_object(
  'major', current_setting('server_version_num')::int / 10000,
  'bytes', pg_database_size(current_database()),
  'extensions', (select coalesce(json_agg(extname), '[]') from pg_extension));
`;

const DATA = "/var/lib/postgresql/data";

/** Asks a dedicated project's database inside its container, as its own powerless login. */
export async function askDatabase(
  { place, ref }: StackPlace,
  password: string,
  signal: AbortSignal,
): Promise<DatabaseFacts> {
  const container = dockerEngine(place.endpoint).getContainer(stackName(place.instance, ref, "db"));
  const env = {
    PGHOST: "localhost",
    PGUSER: "postgres",
    PGDATABASE: "postgres",
    PGPASSWORD: password,
    PGCONNECT_TIMEOUT: "10",
    PGOPTIONS: "-c statement_timeout=20s",
  };
  const psql = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1"];
  const facts = Facts.parse(JSON.parse(await execIn(container, { command: psql, env, input: SQL })));
  signal.throwIfAborted();
  const disk = await execIn(container, { command: ["df", "-P", "-k", DATA] });
  const free = Number(disk.trim().split("\n").at(-1)?.split(/\s+/)[3]);
  if (!Number.isFinite(free)) throw new Error(`df said something else than expected: ${disk.slice(0, 200)}`);
  return { ...facts, freeBytes: free * 1024 };
}
