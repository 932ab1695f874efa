import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type ClusterAccess, newProjectRef, type ProjectRef, type TenantNames, tenantNames } from "@supalove/contracts";
import pg from "pg";
import { sharedClusterHba } from "../platform/hba.ts";
import { SUPERUSER } from "../platform/postgresServer.ts";
import { postgresConf, sharedClusterSettings } from "../platform/postgresSettings.ts";
import { quoteName, withSession } from "../provider/postgres.ts";
import { tenantRolesHandler } from "../provider/tenantRoles/handler.ts";
import type { TenantPasswords } from "../provider/tenantRoles/passwords.ts";
import { roleLimits } from "../provider/tenantRoles/roleLimits.ts";
import { tenantSchemaHandler } from "../provider/tenantSchema/handler.ts";
import { TEMPLATE_OWNERS } from "../provider/tenantSchema/layout.ts";
import { tenantTemplateHandler } from "../provider/tenantTemplate/handler.ts";
import { schemaVersion, templateName } from "../tenantSql/index.ts";

const run = promisify(execFile);
const IMAGE = "supalove/postgres:dev";
const START_MS = 60_000;
const password = () => randomBytes(24).toString("base64url");

export interface TestCluster {
  readonly access: ClusterAccess;
  readonly container: string;
  stop(): Promise<void>;
}

/** A tenant of a test cluster. */
export interface TestTenant {
  readonly ref: ProjectRef;
  readonly names: TenantNames;
  readonly passwords: TenantPasswords;
  /** Outputs of the schema resource, for its read, update and delete. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** A session of one of the tenant's logins, in its own database unless another is named. */
  as(login: keyof TenantPasswords, database?: string): Promise<pg.Client>;
}

/** A shared cluster of its own for a test file: the platform's image, settings, HBA rules, roles and template. */
export async function startTestCluster(): Promise<TestCluster> {
  const container = `stacks-test-${randomBytes(4).toString("hex")}`;
  const superuserPassword = password();
  const folder = await mkdtemp(join(tmpdir(), "stacks-test-"));
  await writeFile(join(folder, "pg_hba.conf"), sharedClusterHba(SUPERUSER), { mode: 0o644 });
  await writeFile(join(folder, "supalove.conf"), postgresConf({ ...sharedClusterSettings, fsync: "off" }), {
    mode: 0o644,
  });
  await run("docker", [
    ...["create", "--name", container, "--shm-size", "256m", "-p", "127.0.0.1::5432"],
    ...["-e", `POSTGRES_USER=${SUPERUSER}`, "-e", `POSTGRES_PASSWORD=${superuserPassword}`, IMAGE],
  ]);
  const stop = async () => {
    await run("docker", ["rm", "-f", "-v", container]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await run("docker", ["cp", join(folder, "pg_hba.conf"), `${container}:/etc/postgresql/pg_hba.conf`]);
    await run("docker", ["cp", join(folder, "supalove.conf"), `${container}:/etc/postgresql/conf.d/supalove.conf`]);
    await run("docker", ["start", container]);
    const { stdout } = await run("docker", ["port", container, "5432"]);
    const port = Number(stdout.trim().split("\n")[0]?.split(":").at(-1));
    const access: ClusterAccess = { host: "127.0.0.1", port, username: SUPERUSER, password: superuserPassword };
    await untilReady(access);
    await prepare(access);
    return { access, container, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(access: ClusterAccess): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await withSession(access, "postgres", (session) => session.query("select 1"));
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/** What the base stack makes with the PostgreSQL provider, and the template. */
async function prepare(access: ClusterAccess): Promise<void> {
  await withSession(access, "postgres", async (session) => {
    for (const role of ["anon", "authenticated", "postgres", ...Object.values(TEMPLATE_OWNERS)]) {
      await session.query(`create role ${quoteName(role)} nologin`);
    }
    await session.query("create role service_role nologin bypassrls");
  });
  await tenantTemplateHandler.create({ cluster: access, schemaVersion: schemaVersion() });
}

/** Makes a tenant with the handlers that the engine calls. */
export async function createTenant(access: ClusterAccess, extensions: readonly string[] = []): Promise<TestTenant> {
  const ref = newProjectRef();
  const names = tenantNames(ref);
  const passwords: TenantPasswords = {
    owner: password(),
    authenticator: password(),
    authAdmin: password(),
    storageAdmin: password(),
  };
  const cluster = access;
  await tenantRolesHandler.create({ cluster, ref, passwords, limits: roleLimits("micro") });
  await withSession(access, "postgres", (session) =>
    session.query(`create database ${quoteName(names.database)} template ${quoteName(templateName())}`),
  );
  const wished = { cluster, ref, passwords, extensions, schemaVersion: schemaVersion() };
  const { outputs } = await tenantSchemaHandler.create(wished);
  return {
    ref,
    names,
    passwords,
    schema: outputs,
    as: async (login, database = names.database) => {
      const session = new pg.Client({
        host: access.host,
        port: access.port,
        user: names[login],
        password: passwords[login],
        database,
      });
      session.on("error", () => undefined);
      await session.connect();
      return session;
    },
  };
}
