import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openSession, withSession } from "@supalove/components/provider/postgres.ts";
import { API_ROLES, type ClusterAccess, type ProjectRef, type TenantNames, tenantNames } from "@supalove/contracts";
import { closeLogins } from "../runner/tenantLogins.ts";
import type { DumpFacts } from "./backupPort.ts";
import { withBackupRole } from "./backupRole.ts";
import { dumpArguments, SNAPSHOT_SETTINGS } from "./dumpCommand.ts";
import { factsSql, parseFacts } from "./dumpFacts.ts";

/** `pg_dump` ended with another code than 0; the message holds what it wrote to stderr. */
export class DumpFailed extends Error {
  override readonly name = "DumpFailed";
}

/** The platform's own record of migrations; the tenant has no rights on it, and a restored project gets its own. */
const PLATFORM_SCHEMA = "supalove";
const KEPT_CHARACTERS = 4_000;

export interface TenantDump {
  readonly cluster: ClusterAccess;
  readonly ref: ProjectRef;
  readonly output: Writable;
  readonly begun: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Dumps a shared project's database over the network. */
export async function dumpTenant({ cluster, ref, output, begun, signal }: TenantDump): Promise<DumpFacts | undefined> {
  const names = tenantNames(ref);
  const size = await sizeOf(cluster, names);
  if (size === undefined) return undefined;
  begun(size);
  await closeLogins(cluster, ref);
  return withBackupRole(cluster, names, async (login) => {
    const access = { ...cluster, ...login };
    const session = await openSession(access, names.database);
    try {
      await session.query(
        [...SNAPSHOT_SETTINGS, "begin transaction isolation level repeatable read read only"].join("; "),
      );
      const { rows } = await session.query<{ snapshot: string }>("select pg_export_snapshot() as snapshot");
      const counted = await session.query<{ facts: string }>(`select (${factsSql(roleNames(names))})::text as facts`);
      const facts = parseFacts(counted.rows[0]?.facts ?? "");
      await runDump(access, names, rows[0]?.snapshot ?? "", output, signal);
      return facts;
    } finally {
      await session.end().catch(() => undefined);
    }
  });
}

const roleNames = (names: TenantNames) => [...API_ROLES, ...new Set(Object.values(names)), "postgres"];

function sizeOf(cluster: ClusterAccess, { database }: TenantNames): Promise<number | undefined> {
  return withSession(cluster, "postgres", async (session) => {
    const sql = "select pg_database_size(oid)::float8 as bytes from pg_database where datname = $1";
    const { rows } = await session.query<{ bytes: number }>(sql, [database]);
    return rows[0]?.bytes;
  });
}

async function runDump(
  { host, port, username, password }: ClusterAccess,
  { database }: TenantNames,
  snapshot: string,
  output: Writable,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn("pg_dump", dumpArguments(snapshot, [PLATFORM_SCHEMA]), {
    env: {
      PATH: process.env["PATH"],
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: username,
      PGPASSWORD: password,
      PGDATABASE: database,
      PGCONNECT_TIMEOUT: "20",
      PGAPPNAME: "supalove",
    },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-KEPT_CHARACTERS);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  try {
    const [code] = await Promise.all([ended, pipeline(child.stdout, output, { signal })]);
    if (code !== 0) throw new DumpFailed(said.trim());
  } finally {
    child.kill("SIGKILL");
  }
}
