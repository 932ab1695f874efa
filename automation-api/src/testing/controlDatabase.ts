import { randomBytes } from "node:crypto";
import { startPostgres, type TestPostgres } from "@supalove/testing/startPostgres.ts";
import pg from "pg";
import { pino } from "pino";
import { type Database, openDatabase } from "../database/client.ts";
import { findMigrations, migrate } from "../database/migrate.ts";
import { seedInstance } from "../database/seedInstance.ts";
import { testKeyring } from "./testEnv.ts";

const TEMPLATE = "supalove_template";

export const silent = pino({ level: "silent" });

/** A control database of its own, as three logins see it. */
export interface TestDatabase {
  readonly ownerUrl: string;
  readonly apiUrl: string;
  readonly dataPlaneUrl: string;
  /** As the runner: owner of everything. */
  readonly owner: Database;
  close(): Promise<void>;
}

/** A Postgres with the platform's roles and a migrated, seeded template to clone databases from. */
export interface ControlCluster {
  readonly postgres: TestPostgres;
  /** An empty database, owned by the runner. */
  empty(): Promise<string>;
  /** A clone of the template. */
  clone(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** Starts Postgres, makes roles as the base stack does, and runs every migration once. */
export async function startControlCluster(): Promise<ControlCluster> {
  const postgres = await startPostgres();
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: postgres.url("postgres") });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  for (const role of ["supalove_runner", "supalove_api", "supalove_data_plane"])
    await admin(`create role ${role} login`);
  await admin(`create database ${TEMPLATE} owner supalove_runner`);
  const templateUrl = postgres.url(TEMPLATE, "supalove_runner");
  await migrate(templateUrl, findMigrations(import.meta.dirname), silent);
  const template = openDatabase(templateUrl, "test", 1);
  await seedInstance(template, {
    SUPALOVE_MASTER_KEY: testKeyring,
    DEFAULT_CLUSTER: {
      host: "shared-db",
      port: 5432,
      username: "supabase_admin",
      password: "cluster-password",
      publicHost: "db.example.com",
      publicPort: 5433,
    },
    DEFAULT_SERVER: {
      endpoint: "unix:///var/run/docker.sock",
      bindAddress: "127.0.0.1",
      publicHost: "server.example.com",
      edgeNetwork: "test-projects",
      portFrom: 5500,
      portTo: 5519,
    },
  });
  await template.cluster.updateMany({ data: { extensions: ["vector", "hstore", "pgcrypto"] } });
  await template.$disconnect();
  const name = () => `test_${randomBytes(6).toString("hex")}`;
  return {
    postgres,
    async empty() {
      const database = name();
      await admin(`create database ${database} owner supalove_runner`);
      return postgres.url(database, "supalove_runner");
    },
    async clone() {
      const database = name();
      await admin(`create database ${database} template ${TEMPLATE} owner supalove_runner`);
      const owner = openDatabase(postgres.url(database, "supalove_runner"), "test-owner", 3);
      return {
        ownerUrl: postgres.url(database, "supalove_runner"),
        apiUrl: postgres.url(database, "supalove_api"),
        dataPlaneUrl: postgres.url(database, "supalove_data_plane"),
        owner,
        close: () => owner.$disconnect(),
      };
    },
    stop: () => postgres.remove(),
  };
}
