import { randomBytes } from "node:crypto";
import { type ClusterAccess, newProjectRef, type ProjectRef, type TenantNames, tenantNames } from "@supalove/contracts";
import { startPostgres } from "@supalove/testing/startPostgres.ts";
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
  /**
   * A session of one of the tenant's logins, in its own database unless another is named.
   * @param options as in `PGOPTIONS`
   */
  as(login: keyof TenantPasswords, database?: string, options?: string): Promise<pg.Client>;
}

/** A shared cluster of its own for a test file: the platform's image, settings, HBA rules, roles and template. */
export async function startTestCluster(): Promise<TestCluster> {
  const postgres = await startPostgres({
    hba: sharedClusterHba(SUPERUSER),
    settings: postgresConf({ ...sharedClusterSettings, fsync: "off" }),
  });
  const { host, port, container, superuser } = postgres;
  const access: ClusterAccess = { host, port, username: superuser.user, password: superuser.password };
  try {
    await prepare(access);
  } catch (error) {
    await postgres.remove();
    throw error;
  }
  return { access, container, stop: () => postgres.remove() };
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
    as: async (login, database = names.database, options = "") => {
      const session = new pg.Client({
        host: access.host,
        port: access.port,
        user: names[login],
        password: passwords[login],
        database,
        options,
      });
      session.on("error", () => undefined);
      await session.connect();
      return session;
    },
  };
}
