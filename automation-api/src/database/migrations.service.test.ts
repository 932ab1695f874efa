import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlCluster, silent, startControlCluster } from "../testing/controlDatabase.ts";
import { findMigrations, migrate } from "./migrate.ts";

const folder = findMigrations(import.meta.dirname);
const workspace = dirname(dirname(folder));
const run = promisify(execFile);

let cluster: ControlCluster;
let copy: string;
beforeAll(async () => {
  cluster = await startControlCluster();
  copy = await mkdtemp(join(tmpdir(), "supalove-migrations-"));
});
afterAll(async () => {
  await cluster.stop();
  await rm(copy, { recursive: true, force: true });
});

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("migrate", () => {
  it("makes what schema.prisma says, nothing more and nothing less", async () => {
    const database = await cluster.clone();
    const args = ["prisma", "migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma"];
    const diff = async () => {
      const { stdout } = await run("npx", [...args, "--script"], {
        cwd: workspace,
        env: {
          ...process.env,
          DATABASE_URL: database.ownerUrl,
          PRISMA_SCHEMA_ENGINE_BINARY: join(workspace, "tools/schema-engine.mjs"),
          CHECKPOINT_DISABLE: "1",
        },
      });
      return stdout.trim();
    };
    expect(await diff()).toBe("-- This is an empty migration.");
    await query(database.ownerUrl, "alter table backups add column stray text");
    expect(await diff()).toMatch(/ALTER TABLE .*"backups" DROP COLUMN "stray"/);
    await database.close();
  });

  it("does nothing the second time, and works when two runners start at once", async () => {
    const url = await cluster.empty();
    await Promise.all([migrate(url, folder, silent), migrate(url, folder, silent)]);
    await migrate(url, folder, silent);
    const applied = await query<{ name: string }>(url, "select name from supalove_internal.migrations");
    expect(new Set(applied.map((row) => row.name)).size).toBe(applied.length);
  });

  it("refuses a migration that was altered, and changes nothing", async () => {
    const url = await cluster.empty();
    await migrate(url, folder, silent);
    const altered = join(copy, "altered");
    await cp(folder, altered, { recursive: true });
    await writeFile(join(altered, "20261122120000_control_database", "migration.sql"), "drop table projects;");
    await expect(migrate(url, altered, silent)).rejects.toThrow(/altered/);
    expect(await query(url, "select 1 from projects")).toEqual([]);
  });

  it("rolls a failing migration back and keeps those before it", async () => {
    const url = await cluster.empty();
    const failing = join(copy, "failing");
    await cp(folder, failing, { recursive: true });
    await cp(join(failing, "20261122120000_control_database"), join(failing, "99990101000000_broken"), {
      recursive: true,
    });
    await writeFile(
      join(failing, "99990101000000_broken", "migration.sql"),
      "create table half (id int); select no_such();",
    );
    await expect(migrate(url, failing, silent)).rejects.toThrow(/99990101000000_broken failed and was rolled back/);
    expect(await query(url, "select to_regclass('half') as half, to_regclass('projects') as projects")).toEqual([
      { half: null, projects: "projects" },
    ]);
    await migrate(url, folder, silent);
  });
});

describe("rights", () => {
  const refused = (url: string, sql: string) => expect(query(url, sql), sql).rejects.toThrow(/permission denied/);

  it("give the api what its routes need and no more", async () => {
    const { apiUrl, close } = await cluster.clone();
    expect(await query(apiUrl, "select id, public_host, public_port, extensions from clusters")).toHaveLength(1);
    await query(apiUrl, "select keep_database_password('x', 'y')").catch((error: unknown) =>
      expect(String(error)).toMatch(/foreign key/),
    );
    for (const sql of [
      "select sealed_access from clusters",
      "select host from clusters",
      "select * from registry.tenants",
      "select * from graphile_worker.jobs",
      "select graphile_worker.add_job('run_operation')",
      "select * from supalove_internal.migrations",
      "delete from projects",
      "update operations set epoch = 99",
      "update operations set error = '{}'",
      "update projects set organization_id = 'x'",
      "update audit_log set actor = 'x'",
      "delete from audit_log",
      "delete from personal_access_tokens",
      "update personal_access_tokens set user_id = gen_random_uuid()",
      "update personal_access_tokens set expires_at = null",
      "update members set user_id = gen_random_uuid()",
      "delete from organizations",
      "update organizations set id = 'x'",
      "update preview_approvals set user_id = gen_random_uuid()",
      "update project_secrets set sealed = ''",
      "select public.enqueue_operation()",
      "update previews set digest = 'x'",
      "update previews set wished = '{}'",
      "delete from previews",
      "insert into backups (id) values ('x')",
      "update backups set expires_at = now()",
      "delete from backups",
      "create table public.mine (id int)",
    ]) {
      await refused(apiUrl, sql);
    }
    await close();
  });

  it("give the data plane one table to read", async () => {
    const { dataPlaneUrl, close } = await cluster.clone();
    expect(await query(dataPlaneUrl, "select * from registry.tenants")).toEqual([]);
    for (const sql of [
      "select keep_database_password('x', 'y')",
      "insert into registry.tenants values ('a', 'active', '{}', '', 1)",
      "update registry.tenants set status = 'paused'",
      "delete from registry.tenants",
      "select * from projects",
      "select * from project_secrets",
      "select * from clusters",
    ]) {
      await refused(dataPlaneUrl, sql);
    }
    await close();
  });
});

describe("triggers", () => {
  it("tell the data plane of every change of a tenant, and count its version", async () => {
    const { ownerUrl, close } = await cluster.clone();
    const listener = new pg.Client({ connectionString: ownerUrl });
    await listener.connect();
    const heard: (string | undefined)[] = [];
    listener.on("notification", ({ payload }) => heard.push(payload));
    await listener.query("listen tenant_changed");
    await query(
      ownerUrl,
      "insert into registry.tenants (ref, status, config, secrets) values ('r', 'active', '{}', 's')",
    );
    await query(ownerUrl, "update registry.tenants set status = 'paused'");
    expect(await query(ownerUrl, "select version from registry.tenants")).toEqual([{ version: "2" }]);
    await query(ownerUrl, "delete from registry.tenants");
    await query(ownerUrl, "truncate registry.tenants");
    await listener.query("select 1");
    expect(heard).toEqual(["r", "r", "r", "*"]);
    await listener.end();
    await close();
  });
});
