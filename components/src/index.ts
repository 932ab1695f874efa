export { TenantRoles, type TenantRolesArgs } from "./cluster/tenantRoles.ts";
export { TenantSchema, type TenantSchemaArgs } from "./cluster/tenantSchema.ts";
export { TenantTemplate, type TenantTemplateArgs } from "./cluster/tenantTemplate.ts";
export { ProjectKeys, type ProjectKeysArgs } from "./project/projectKeys.ts";
export { SharedTenantDatabase, type SharedTenantDatabaseArgs } from "./project/sharedTenantDatabase.ts";
export { type ServedProviders, serveProviders } from "./provider/index.ts";
