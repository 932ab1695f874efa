import type { TenantConfig, TenantRow } from "@supalove/contracts";
import { tenantNames } from "@supalove/contracts";
import { startPostgres } from "@supalove/testing/startPostgres.ts";
import pg from "pg";
import { startTestGateway } from "./testGateway.ts";
import {
  createTenantDatabase,
  makeTenant,
  prepareServer,
  type TestTenant,
  tenantRow,
  writeRow,
} from "./testTenants.ts";

/** A Postgres with the registry and shared tenants, and a gateway before them. */
export async function startTestPlatform(overrides: Parameters<typeof startTestGateway>[1] = {}) {
  const postgres = await startPostgres();
  await prepareServer(postgres);
  // A pool, as it comes back by itself after a crash.
  const { host, port, superuser } = postgres;
  const control = new pg.Pool({ host, port, database: "supalove", ...superuser, max: 4 });
  control.on("error", () => undefined);
  const versions = new Map<string, number>();
  const setRow = async (tenant: TestTenant, status: TenantRow["status"] = "active") => {
    const version = (versions.get(tenant.ref) ?? 0) + 1;
    versions.set(tenant.ref, version);
    await writeRow(control, await tenantRow(tenant, status, version));
  };
  const createTenant = async (limits: Partial<TenantConfig["limits"]> = {}, sql = "") => {
    const tenant = await makeTenant(postgres, limits);
    await createTenantDatabase(postgres, tenant);
    if (sql !== "") await sqlAsOwner(tenant, sql);
    await setRow(tenant);
    return tenant;
  };
  const sqlAsOwner = async ({ ref, secrets }: TestTenant, sql: string) => {
    const { owner: user, database } = tenantNames(ref);
    const { host, port } = postgres;
    const client = new pg.Client({ host, port, user, database, password: secrets.passwords?.owner ?? "" });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const gateway = await startTestGateway(postgres, overrides);
  const platform = {
    postgres,
    control,
    /** May be replaced by a test that restarts it. */
    gateway,
    setRow,
    createTenant,
    sqlAsOwner,
    /** URL of a tenant by path. */
    urlOf: (tenant: TestTenant): string => `${platform.gateway.url}/projects/${tenant.ref}`,
    stop: async () => {
      await platform.gateway.stop();
      await platform.gateway.removeFolder();
      await control.end();
      await postgres.remove();
    },
  };
  return platform;
}

export type TestPlatform = Awaited<ReturnType<typeof startTestPlatform>>;
