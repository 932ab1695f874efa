import type { Writable } from "node:stream";
import { dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { ExecFailed } from "@supalove/components/docker/execIn.ts";
import { execStream } from "@supalove/components/docker/execStream.ts";
import { buildDatabaseCommand } from "@supalove/components/project/dedicated/buildServiceEnv.ts";
import { planSize } from "@supalove/components/project/dedicated/planSize.ts";
import { untilAnswers } from "@supalove/components/provider/projectDatabase/access.ts";
import { type DedicatedSpec, type ServerPlace, stackName } from "@supalove/contracts";
import type { BackupSource, DumpFacts } from "./backupPort.ts";
import { dumpArguments, SNAPSHOT_SETTINGS } from "./dumpCommand.ts";
import { factsSql, parseFacts } from "./dumpFacts.ts";
import { patientEngine, withThrowaway } from "./throwaway.ts";

export interface StackDump {
  readonly spec: DedicatedSpec;
  readonly place: ServerPlace;
  readonly source: Pick<BackupSource, "password" | "operationId">;
  readonly output: Writable;
  readonly begun: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Marks what the script tells beside the dump, which has stdout for itself. */
const SIZE = "supalove-size ";
const FACTS = "supalove-facts ";
const FAILED = "supalove-dump-failed";

/**
 * One session holds the snapshot, counts in it and has `pg_dump` work in it: what was counted is what is dumped, whoever
 * writes meanwhile.
 */
const SCRIPT = [
  "\\set ON_ERROR_STOP 1",
  ...SNAPSHOT_SETTINGS.map((line) => `${line};`),
  "begin transaction isolation level repeatable read read only;",
  "select pg_catalog.pg_database_size(pg_catalog.current_database()) as size, pg_catalog.pg_export_snapshot() as snapshot \\gset",
  `\\warn ${SIZE} :size`,
  `${factsSql()} as facts \\gset`,
  `\\warn ${FACTS} :facts`,
  "\\setenv SNAPSHOT :snapshot",
  `\\! pg_dump ${dumpArguments('"$SNAPSHOT"', []).join(" ")} || echo ${FAILED} >&2`,
  "commit;",
  "",
].join("\n");

/** Dumps a dedicated project's database inside its container; where that does not run, a database on its volume does. */
export async function dumpStack(dump: StackDump): Promise<DumpFacts | undefined> {
  const { spec, place, source, signal } = dump;
  const docker = patientEngine(place.endpoint);
  const name = stackName(place.instance, spec.ref, "db");
  const own = await found(docker.getContainer(name).inspect());
  if (own !== undefined) {
    // Two databases on one volume would ruin it: where the project has one, that one is started.
    if (!own.State.Running) await docker.getContainer(name).start();
    await untilAnswers({ endpoint: place.endpoint, container: name, password: source.password });
    return dumpIn(name, dump);
  }
  const volume = stackName(place.instance, spec.ref, "data");
  if ((await found(docker.getVolume(volume).inspect())) === undefined) return undefined;
  const size = planSize(spec.size, spec.stack.postgresSettings);
  const args = {
    endpoint: place.endpoint,
    instance: place.instance,
    operationId: source.operationId,
    image: spec.stack.images.db,
    command: buildDatabaseCommand(size.postgres),
    memoryMebibytes: size.db.memoryMebibytes,
    volume,
  };
  return withThrowaway(args, signal, ({ container }) => dumpIn(container, dump));
}

async function dumpIn(name: string, { place, source, output, begun, signal }: StackDump): Promise<DumpFacts> {
  let facts: DumpFacts | undefined;
  let failed = false;
  const said: string[] = [];
  await execStream(patientEngine(place.endpoint).getContainer(name), {
    command: ["psql", "-X", "-q", "-At"],
    env: {
      PGHOST: "localhost",
      PGUSER: "postgres",
      PGDATABASE: "postgres",
      PGPASSWORD: source.password,
      PGCONNECT_TIMEOUT: "20",
    },
    input: [SCRIPT],
    output,
    signal,
    onError(line) {
      if (line.startsWith(SIZE)) begun(Number(line.slice(SIZE.length)));
      else if (line.startsWith(FACTS)) facts = parseFacts(line.slice(FACTS.length));
      else if (line.startsWith(FAILED)) failed = true;
      else if (said.length < 20) said.push(line);
    },
  });
  if (failed || facts === undefined) throw new ExecFailed(1, said.join("\n"));
  return facts;
}

async function found<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (dockerStatus(error) === 404) return undefined;
    throw error;
  }
}
