import type { ClusterAccess } from "@supalove/contracts";
import { startPostgres, type TestPostgres } from "@supalove/testing/startPostgres.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresConf, sharedClusterSettings } from "../../platform/postgresSettings.ts";
import { schemaVersion, templateName } from "../../tenantSql/index.ts";
import { startTestCluster, type TestCluster } from "../../testing/testCluster.ts";
import { withSession } from "../postgres.ts";
import { tenantTemplateHandler } from "./handler.ts";

describe("the template of a guarded cluster", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster?.stop());

  const inputs = () => ({ cluster: cluster.access, schemaVersion: schemaVersion() });
  const read = () => tenantTemplateHandler.read(templateName(), { ...inputs(), database: templateName(), drift: [] });

  it("shows no drift; what was opened by hand is told and closed again", async () => {
    expect((await read())?.outputs["drift"]).toEqual([]);
    await withSession(cluster.access, "postgres", async (session) => {
      await session.query(`alter database ${templateName()} allow_connections true`);
      await session.query("grant connect on database template1 to public");
    });
    const found = await read();
    expect(found?.outputs["drift"]).toEqual([
      "database template1: open to everybody, should be closed",
      "connections to the template: allowed, should be refused",
    ]);
    await tenantTemplateHandler.update(templateName(), found?.outputs ?? {}, inputs());
    expect((await read())?.outputs["drift"]).toEqual([]);
  });
});

describe("a cluster without the guard library", () => {
  const started: TestPostgres[] = [];
  afterAll(() => Promise.all(started.map((postgres) => postgres.remove())));

  async function startWith(settings: string): Promise<ClusterAccess> {
    const postgres = await startPostgres({ settings });
    started.push(postgres);
    const { host, port, superuser } = postgres;
    return { host, port, username: superuser.user, password: superuser.password };
  }

  it.each([
    ["not loaded", "shared_preload_libraries = ''\n", "its library supalove_guard is not in shared_preload_libraries"],
    ["without its settings", "", "the settings of its library supalove_guard are missing"],
  ])("%s gets no template, and the reason is said", async (_title, settings, reason) => {
    const access = await startWith(settings);
    const inputs = { cluster: access, schemaVersion: schemaVersion() };
    await expect(tenantTemplateHandler.create(inputs)).rejects.toThrow(
      `the shared cluster does not keep its tenants apart: ${reason}`,
    );
    const left = await withSession(
      access,
      "postgres",
      async (session) => (await session.query("select from pg_database where datname like 'supalove%'")).rowCount,
    );
    expect(left).toBe(0);
    // One that lost the guard later is told when its state is read.
    await withSession(access, "postgres", (session) => session.query(`create database ${templateName()}`));
    const found = await tenantTemplateHandler.read(templateName(), { ...inputs, database: templateName(), drift: [] });
    expect(found?.outputs["drift"]).toContain(`the cluster keeps its tenants apart: no, ${reason}`);
  });

  it("takes its settings from the base stack's", () => {
    expect(postgresConf(sharedClusterSettings)).toContain(
      "supalove_guard.tenant_logins = 'postgres_*,authenticator_*,auth_admin_*,storage_admin_*'",
    );
  });
});
