import { randomBytes } from "node:crypto";
import {
  type Keyring,
  newProjectRef,
  type ProjectRef,
  sealSecret,
  type TenantConfig,
  type TenantRow,
  type TenantSecrets,
  tenantNames,
  tenantSecretsContext,
} from "@supalove/contracts";
import type { TestPostgres } from "@supalove/testing/startPostgres.ts";
import { SignJWT } from "jose";
import type pg from "pg";

export const testKeyring: Keyring = { current: "k1", keys: { k1: randomBytes(32).toString("base64url") } };

export interface TestTenant {
  readonly ref: ProjectRef;
  readonly secrets: TenantSecrets;
  readonly config: TenantConfig;
}

const random = () => randomBytes(24).toString("base64url");

/** A JWT under a secret, good for an hour unless `claims` says otherwise. */
export function testJwt(secret: string, claims: Record<string, unknown>): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return new SignJWT({ exp, ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(Buffer.from(secret, "utf8"));
}

/** Secrets and settings of a new shared tenant; nothing is created. */
export async function makeTenant(
  cluster: { host: string; port: number },
  limits: Partial<TenantConfig["limits"]> = {},
): Promise<TestTenant> {
  const ref = newProjectRef();
  const jwtSecret = random();
  return {
    ref,
    secrets: {
      jwtSecret,
      anonKey: await testJwt(jwtSecret, { role: "anon", iss: "supabase", ref }),
      serviceRoleKey: await testJwt(jwtSecret, { role: "service_role", iss: "supabase", ref }),
      publishableKey: `sb_publishable_${random()}`,
      secretKey: `sb_secret_${random()}`,
      passwords: { owner: random(), authenticator: random() },
    },
    config: {
      target: { plan: "shared", host: cluster.host, port: cluster.port, database: tenantNames(ref).database },
      rest: { schemas: ["public"], extraSearchPath: ["public", "extensions"], maxRows: 1000 },
      limits: {
        requestsPerSecond: 5_000,
        concurrency: 20,
        queue: 100,
        restPool: 5,
        bodyBytes: 1024 * 1024,
        timeoutSeconds: 5,
        ...limits,
      },
    },
  };
}

/** The shared cluster's roles and the registry of the control database, both on one test server. */
export async function prepareServer(postgres: TestPostgres): Promise<void> {
  const admin = await postgres.connect("postgres");
  await admin.query(`
    create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;
    create role supalove_data_plane login password 'registry';`);
  await admin.query("create database supalove");
  await admin.query("revoke all on database postgres, template1, supalove from public");
  await admin.query("grant connect on database supalove to supalove_data_plane");
  await admin.end();
  const control = await postgres.connect("supalove");
  await control.query(`
    create schema registry;
    grant usage on schema registry to supalove_data_plane;
    create table registry.tenants (ref text primary key, status text not null, config jsonb not null, secrets text not null,
      version bigint not null default 1);
    grant select on registry.tenants to supalove_data_plane;
    create function registry.changed() returns trigger language plpgsql as $$
      begin perform pg_notify('tenant_changed', coalesce(new.ref, old.ref)); return null; end $$;
    create trigger changed after insert or update or delete on registry.tenants
      for each row execute function registry.changed();`);
  await control.end();
}

/** Creates a tenant's roles and database in the layout of the shared cluster. */
export async function createTenantDatabase(postgres: TestPostgres, tenant: TestTenant): Promise<void> {
  const { database, group, owner, authenticator } = tenantNames(tenant.ref);
  const { passwords } = tenant.secrets;
  if (passwords === undefined) throw new Error("a shared tenant has passwords");
  const admin = await postgres.connect("postgres");
  await admin.query(`
    create role ${group} nologin;
    create role ${owner} login bypassrls connection limit 20 password '${passwords.owner}' in role ${group};
    create role ${authenticator} login noinherit connection limit 30 password '${passwords.authenticator}'
      in role ${group}, anon, authenticated, service_role;`);
  await admin.query(`create database ${database}`);
  await admin.query(`revoke all on database ${database} from public`);
  await admin.query(`grant connect on database ${database} to ${owner}, ${authenticator}`);
  await admin.query(`grant create, temporary on database ${database} to ${owner}`);
  await admin.end();
  const db = await postgres.connect(database);
  await db.query(`
    alter schema public owner to ${owner};
    grant usage on schema public to anon, authenticated, service_role;
    create schema extensions; grant usage on schema extensions to public;
    alter default privileges for role ${owner} in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role ${owner} in schema public grant all on functions to anon, authenticated, service_role;
    alter default privileges for role ${owner} in schema public grant all on sequences to anon, authenticated, service_role;
    create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$ begin notify pgrst, 'reload schema'; end $$;
    create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
    create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_ddl_watch();`);
  await db.end();
}

/** The row as the control plane would write it. */
export async function tenantRow(
  tenant: TestTenant,
  status: TenantRow["status"] = "active",
  version = 1,
): Promise<TenantRow> {
  const { ref, config, secrets } = tenant;
  const sealed = await sealSecret(testKeyring, tenantSecretsContext(ref), JSON.stringify(secrets));
  return { ref, status, config, secrets: sealed, version };
}

/** Writes a tenant into the registry, or over what it holds. */
export async function writeRow(control: pg.Pool, row: TenantRow): Promise<void> {
  await control.query(
    `insert into registry.tenants (ref, status, config, secrets, version) values ($1, $2, $3, $4, $5)
     on conflict (ref) do update set status = $2, config = $3, secrets = $4, version = $5`,
    [row.ref, row.status, row.config, row.secrets, row.version],
  );
}
