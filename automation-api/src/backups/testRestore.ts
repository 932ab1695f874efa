import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { dockerEngine } from "@supalove/components/docker/dockerEngine.ts";
import { execIn } from "@supalove/components/docker/execIn.ts";
import { execStream } from "@supalove/components/docker/execStream.ts";
import { quoteName } from "@supalove/components/provider/postgres.ts";
import { DATABASE_SUPERUSER, type DatabaseAccess } from "@supalove/components/provider/projectDatabase/access.ts";
import type { InstanceName } from "@supalove/contracts";
import { BackupFailed, type DumpFacts } from "./backupPort.ts";
import { factsSql, missingIn, parseFacts } from "./dumpFacts.ts";
import { patientEngine, withThrowaway } from "./throwaway.ts";

const DATABASE = "restored";
const MEMORY_MEBIBYTES = 512;

const FOLDER = "/tmp/restored";

/** Settings of a database that lives for one test: nothing of it has to outlive a crash, and nothing runs by itself. */
const SETTINGS = {
  config_file: "/etc/postgresql/postgresql.conf",
  data_directory: FOLDER,
  hba_file: `${FOLDER}/pg_hba.conf`,
  ident_file: `${FOLDER}/pg_ident.conf`,
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  autovacuum: "off",
  jit: "off",
  log_min_messages: "fatal",
  log_min_error_statement: "panic",
  // The one extension that wants to be in a database of its own; its jobs are data here.
  "cron.database_name": DATABASE,
  "cron.max_running_jobs": "0",
};

/**
 * The image's server with its extensions and settings, and an empty cluster: what the image's first start would put into it
 * comes with the dump, and takes as long as all the rest.
 */
const SCRIPT = [
  `initdb -D ${FOLDER} -U ${DATABASE_SUPERUSER} -A trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null`,
  `exec postgres -D ${FOLDER} ${Object.entries(SETTINGS)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ")}`,
].join(" && ");

/**
 * Errors of these entries cost no data: they need what this server has not loaded or is not (extensions that the server
 * must be started with, event triggers, replication), or are made from other data. All else must come back whole.
 */
const ACCEPTABLE = [
  "EXTENSION",
  "COMMENT",
  "EVENT TRIGGER",
  "PUBLICATION",
  "PUBLICATION TABLE",
  "PUBLICATION TABLES IN SCHEMA",
  "SUBSCRIPTION",
  "SECURITY LABEL",
  "MATERIALIZED VIEW DATA",
];

export interface RestoreTest {
  readonly endpoint: string;
  readonly instance: InstanceName;
  readonly operationId: string;
  readonly image: string;
  readonly input: AsyncIterable<Uint8Array>;
  readonly facts: DumpFacts;
  readonly signal: AbortSignal;
}

/**
 * Restores a dump into a database that nobody can reach and that reaches nobody: what a tenant has written may run there, as
 * the owner of everything. Ownership and rights stay out of it, as a restored project gives its own.
 */
export async function testRestore(test: RestoreTest): Promise<void> {
  const { endpoint, instance, operationId, image, signal } = test;
  const server = { image, entrypoint: ["sh", "-c"], command: [SCRIPT], user: "postgres" };
  const args = { endpoint, instance, operationId, ...server, memoryMebibytes: MEMORY_MEBIBYTES };
  await withThrowaway(args, signal, async (access) => {
    await prepare(access, test.facts.roles);
    await restore(access, test);
    const restored = parseFacts(await sql(access, DATABASE, `${factsSql()};`));
    const missing = missingIn(restored, test.facts);
    if (missing !== undefined) throw new BackupFailed(`it was taken, but restoring it showed that ${missing}`);
  });
}

const login = (password: string) => ({ PGHOST: "localhost", PGUSER: DATABASE_SUPERUSER, PGPASSWORD: password });

const sql = ({ endpoint, container, password }: DatabaseAccess, database: string, input: string) =>
  execIn(dockerEngine(endpoint, 3_600).getContainer(container), {
    command: ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database],
    env: login(password),
    input,
  });

async function prepare(access: DatabaseAccess, roles: readonly string[]): Promise<void> {
  const make = roles.map((role) => {
    const missing = `not exists (select from pg_catalog.pg_roles where rolname = '${role.replaceAll("'", "''")}')`;
    // The role's name may hold whatever a name may: the body's own quote must not be in it.
    const quote = `$r${randomBytes(4).toString("hex")}$`;
    return `do ${quote} begin if ${missing} then create role ${quoteName(role)}; end if; end ${quote};`;
  });
  await sql(access, "postgres", [`create database ${DATABASE} template template0;`, ...make, ""].join("\n"));
}

async function restore({ endpoint, container: name, password }: DatabaseAccess, test: RestoreTest): Promise<void> {
  const container = patientEngine(endpoint).getContainer(name);
  const errors: string[] = [];
  let kind: string | undefined;
  let counted = false;
  const onError = (line: string) => {
    const entry = /^pg_restore: from TOC entry \d+; \d+ \d+ (.+)$/.exec(line)?.[1];
    if (entry !== undefined) kind = entry;
    else if (line.startsWith("pg_restore: warning: errors ignored on restore")) counted = true;
    else if (line.startsWith("pg_restore: error:") && !ACCEPTABLE.some((word) => kind?.startsWith(`${word} `))) {
      errors.push(line.slice("pg_restore: error: ".length));
    }
  };
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const command = ["pg_restore", "--no-owner", "--no-acl", "--dbname", DATABASE];
  try {
    await execStream(container, {
      command,
      env: login(password),
      input: test.input,
      output,
      onError,
      signal: test.signal,
    });
  } catch (error) {
    // It ends with 1 after errors that it went on from, too; those are counted, others are its end.
    if (!counted) throw error;
  }
  if (errors[0] !== undefined) throw new BackupFailed(`it was taken, but can't be restored whole: ${errors[0]}`);
}
