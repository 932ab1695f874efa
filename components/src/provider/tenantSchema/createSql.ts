import type { TenantNames } from "@supalove/contracts";
import { TEMPLATE_EXTENSIONS } from "../../tenantSql/platform/extensions.ts";
import { quoteName, quoteText } from "../postgres.ts";
import { API_GRANTEES, API_SCHEMAS, databaseRights, roleSettings, schemaOwners, TEMPLATE_OWNERS } from "./layout.ts";

/** Hands the template's parts to the tenant's roles. One statement a part, whatever number of objects it has. */
export function takeOverSql(names: TenantNames): string[] {
  const pairs: readonly (readonly [string, string])[] = [
    [TEMPLATE_OWNERS.owner, names.owner],
    [TEMPLATE_OWNERS.auth, names.authAdmin],
    [TEMPLATE_OWNERS.storage, names.storageAdmin],
    [TEMPLATE_OWNERS.realtime, names.realtimeAdmin],
  ];
  return pairs.map(([from, to]) => `reassign owned by ${quoteName(from)} to ${quoteName(to)}`);
}

/** Rights on the database itself: the tenant's logins and nobody else. Runs from any database. */
export function databaseRightsSql(names: TenantNames): string[] {
  const database = quoteName(names.database);
  return [
    `revoke all on database ${database} from public`,
    ...databaseRights(names).map(
      ({ role, privileges }) => `grant ${privileges.join(", ")} on database ${database} to ${quoteName(role)}`,
    ),
  ];
}

/** Settings of the tenant's roles in its database. Runs from any database. */
export function roleSettingsSql(names: TenantNames): string[] {
  return roleSettings(names).map(
    ({ role, name, value }) =>
      `alter role ${quoteName(role)} in database ${quoteName(names.database)} set ${name} to ${value}`,
  );
}

/** Owners of the schemas, for repair: the schema alone, its contents are the tenant's business. */
export function schemaOwnersSql(names: TenantNames): string[] {
  return Object.entries(schemaOwners(names)).map(
    ([schema, owner]) => `alter schema ${schema} owner to ${quoteName(owner)}`,
  );
}

/** Rights in the platform's own schemas. */
export function platformRightsSql(names: TenantNames): string[] {
  const parts = [names.authAdmin, names.storageAdmin, names.realtimeAdmin].map(quoteName).join(", ");
  return [
    "revoke all on schema extensions, supalove from public",
    "grant usage on schema extensions to public",
    `grant usage on schema supalove to ${parts}`,
    `grant insert on supalove.confirmations to ${parts}`,
  ];
}

/** What the tenant makes in an API schema is usable through the API from the start; policies decide over rows. */
export function defaultPrivilegesSql(names: TenantNames): string[] {
  return API_SCHEMAS.flatMap((schema) =>
    ["tables", "functions", "sequences"].map(
      (kind) =>
        `alter default privileges for role ${quoteName(names.owner)} in schema ${schema} grant all on ${kind} to ${API_GRANTEES}`,
    ),
  );
}

/**
 * Functions of extensions that run with their owner's rights, a superuser's (PostGIS has some), run with the caller's from
 * now on.
 */
const NO_OWNERS_RIGHTS = `do $$
declare
  found regprocedure;
begin
  for found in
    select p.oid from pg_proc p join pg_roles r on r.oid = p.proowner
      join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    where p.prosecdef and r.rolsuper
  loop
    execute format('alter routine %s security invoker', found);
  end loop;
end $$`;

/** Extensions beyond the template's, installed by the platform where no tenant can plant objects for their scripts. */
export function extensionsSql(extensions: readonly string[]): string[] {
  const template = new Set<string>(TEMPLATE_EXTENSIONS);
  const added = extensions
    .filter((name) => !template.has(name))
    .map((name) => `create extension if not exists ${quoteName(name)} with schema extensions cascade`);
  return added.length === 0 ? [] : [...added, NO_OWNERS_RIGHTS];
}

/** Turns a fresh copy of the template into the database of one tenant. All or nothing, as superuser, before any tenant exists. */
export function createSql(names: TenantNames, ref: string, extensions: readonly string[]): string[] {
  return [
    `insert into supalove.tenant (ref) values (${quoteText(ref)})`,
    ...takeOverSql(names),
    ...databaseRightsSql(names),
    ...platformRightsSql(names),
    ...defaultPrivilegesSql(names),
    ...roleSettingsSql(names),
    ...extensionsSql(extensions),
  ];
}
