import { newProjectRef, tenantNames } from "@supalove/contracts";
import { startPostgres, type TestPostgres } from "@supalove/testing/startPostgres.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requireTenantDatabase } from "./tenantDatabase.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

it("knows a cluster that has a project's database from one that lost it", async () => {
  const { host, port, superuser } = postgres;
  const access = { host, port, username: superuser.user, password: superuser.password };
  const ref = newProjectRef();
  await expect(requireTenantDatabase(access, ref)).rejects.toMatchObject({ error: { code: "database_missing" } });
  const session = await postgres.connect("postgres");
  await session.query(`create database ${tenantNames(ref).database}`);
  await session.end();
  await expect(requireTenantDatabase(access, ref)).resolves.toBeUndefined();
});
