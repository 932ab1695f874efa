import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, startTestCluster, type TestCluster, type TestTenant } from "../../testing/testCluster.ts";
import type { Properties } from "../handler.ts";
import { withSession } from "../postgres.ts";
import { tenantRolesHandler } from "./handler.ts";
import { roleLimits } from "./roleLimits.ts";

let cluster: TestCluster;
let tenant: TestTenant;
let known: Properties;

beforeAll(async () => {
  cluster = await startTestCluster();
  tenant = await createTenant(cluster.access);
  const { ref, passwords } = tenant;
  known = { cluster: cluster.access, ref, passwords, limits: roleLimits("micro"), drift: [] };
});
afterAll(() => cluster?.stop());

const asPlatform = (sql: string) =>
  withSession(cluster.access, "postgres", async (session) => (await session.query(sql)).rows);
const driftOf = async () => (await tenantRolesHandler.read(tenant.ref, known))?.outputs["drift"];
const inputs = (change: Properties = {}): Properties => {
  const { drift: _drift, ...rest } = known;
  return tenantRolesHandler.check({ ...rest, ...change }).inputs;
};
const update = (change: Properties = {}) => tenantRolesHandler.update(tenant.ref, known, inputs(change));

describe("roles that nobody touched", () => {
  it("show no drift and no difference, and an update leaves them as they are", async () => {
    expect(await driftOf()).toEqual([]);
    expect(tenantRolesHandler.diff(known, inputs())).toEqual([]);
    expect(await update()).toEqual(known);
    for (const login of ["owner", "authenticator", "authAdmin", "storageAdmin"] as const) {
      await (await tenant.as(login)).end();
    }
  });

  it("of another project are another resource", () => {
    const other = inputs({ ref: "b".repeat(20) });
    expect(tenantRolesHandler.diff(known, other)).toEqual([{ path: "ref", kind: "update", replace: true }]);
  });
});

describe("drift", () => {
  const changes: readonly (readonly [string, (t: TestTenant) => string, (t: TestTenant) => string])[] = [
    [
      "a superuser",
      ({ names }) => `alter role ${names.owner} superuser`,
      ({ names }) =>
        `role ${names.owner}: SUPERUSER, login, inherit, bypassrls, 10 connections, should be login, inherit, bypassrls, 10 connections`,
    ],
    [
      "one that makes roles and databases and replicates",
      ({ names }) => `alter role ${names.authAdmin} createrole createdb replication`,
      ({ names }) =>
        `role ${names.authAdmin}: CREATEROLE, CREATEDB, REPLICATION, login, no inherit, 5 connections, should be login, no inherit, 5 connections`,
    ],
    [
      "one that passes row level security",
      ({ names }) => `alter role ${names.authenticator} bypassrls`,
      ({ names }) =>
        `role ${names.authenticator}: login, no inherit, bypassrls, 12 connections, should be login, no inherit, 12 connections`,
    ],
    [
      "one that can't log in",
      ({ names }) => `alter role ${names.storageAdmin} nologin`,
      ({ names }) =>
        `role ${names.storageAdmin}: no login, no inherit, 5 connections, should be login, no inherit, 5 connections`,
    ],
    [
      "one that has run out",
      ({ names }) => `alter role ${names.owner} valid until '2020-01-01 00:00:00+00'`,
      ({ names }) =>
        `role ${names.owner}: login, inherit, bypassrls, 10 connections, valid until 2020-01-01 00:00:00+00, should be login, inherit, bypassrls, 10 connections`,
    ],
    [
      "one without limit",
      ({ names }) => `alter role ${names.owner} connection limit -1`,
      ({ names }) =>
        `role ${names.owner}: login, inherit, bypassrls, -1 connections, should be login, inherit, bypassrls, 10 connections`,
    ],
    [
      "a membership too many",
      ({ names }) => `grant pg_read_all_data to ${names.authAdmin}`,
      ({ names }) => `role ${names.authAdmin}: member of ${names.group} pg_read_all_data, should be of ${names.group}`,
    ],
    [
      "a membership that is gone",
      ({ names }) => `revoke service_role from ${names.authenticator}`,
      ({ names }) =>
        `role ${names.authenticator}: member of anon authenticated ${names.group}, should be of anon authenticated ${names.group} service_role`,
    ],
    [
      "another password",
      ({ names }) => `alter role ${names.authenticator} password 'other'`,
      ({ names }) => `role ${names.authenticator}: another password than the project's`,
    ],
    [
      "no password",
      ({ names }) => `alter role ${names.owner} password null`,
      ({ names }) => `role ${names.owner}: another password than the project's`,
    ],
  ];

  it.each(changes)("%s is told, and the update takes it back", async (_title, change, sentence) => {
    await asPlatform(change(tenant));
    const found = await tenantRolesHandler.read(tenant.ref, known);
    expect(found?.outputs["drift"]).toEqual([sentence(tenant)]);
    expect(tenantRolesHandler.diff(found?.outputs ?? {}, inputs())).toEqual([{ path: "drift[0]", kind: "delete" }]);
    expect(await update()).toEqual(known);
    expect(await driftOf()).toEqual([]);
    for (const login of ["owner", "authenticator", "authAdmin", "storageAdmin"] as const) {
      await (await tenant.as(login)).end();
    }
  });

  it("a role that is gone is told", async () => {
    const own = await createTenant(cluster.access);
    const outputs = { ...known, ref: own.ref, passwords: own.passwords };
    await asPlatform(`alter role ${own.names.group} rename to db_gone`);
    expect((await tenantRolesHandler.read(own.ref, outputs))?.outputs["drift"]).toContain(
      `role ${own.names.group}: missing`,
    );
    await asPlatform(`alter role db_gone rename to ${own.names.group}`);
  });

  it("roles that are all gone are no longer found", async () => {
    const ref = "c".repeat(20);
    expect(await tenantRolesHandler.read(ref, { ...known, ref })).toBeUndefined();
  });
});

describe("a change of the wish", () => {
  it("of the size is the logins' limits", async () => {
    const limits = roleLimits("large");
    expect(tenantRolesHandler.diff(known, inputs({ limits }))).toEqual([
      { path: "limits", kind: "update", replace: false },
    ]);
    await update({ limits });
    expect(
      await asPlatform(`select rolconnlimit as n from pg_roles where rolname = '${tenant.names.authenticator}'`),
    ).toEqual([{ n: limits.authenticator }]);
    await update();
  });

  it("of a password is the only one that opens the door", async () => {
    const own = await createTenant(cluster.access);
    const outputs = { ...known, ref: own.ref, passwords: own.passwords };
    const passwords = { ...own.passwords, owner: "another-one-1" };
    await tenantRolesHandler.update(own.ref, outputs, { ...inputs(), ref: own.ref, passwords });
    await expect(own.as("owner")).rejects.toMatchObject({ code: "28P01" });
    expect((await tenantRolesHandler.read(own.ref, { ...outputs, passwords }))?.outputs["drift"]).toEqual([]);
  });
});

describe("removal", () => {
  it("takes all roles, and is content when they are gone", async () => {
    const own = await createTenant(cluster.access);
    const outputs = { ...known, ref: own.ref, passwords: own.passwords };
    await asPlatform(`drop database ${own.names.database} with (force)`);
    await tenantRolesHandler.delete(own.ref, outputs);
    expect(await asPlatform(`select from pg_roles where rolname like '%${own.ref}'`)).toEqual([]);
    await tenantRolesHandler.delete(own.ref, outputs);
  });
});
