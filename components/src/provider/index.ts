import { PROVIDER_NAME } from "./identity.ts";
import { projectDatabaseHandler } from "./projectDatabase/handler.ts";
import { projectNetworkHandler } from "./projectNetwork/handler.ts";
import { startProviderServer } from "./server.ts";
import { tenantRolesHandler } from "./tenantRoles/handler.ts";
import { tenantSchemaHandler } from "./tenantSchema/handler.ts";
import { tenantTemplateHandler } from "./tenantTemplate/handler.ts";

export { PROVIDER_NAME, PROVIDER_VERSION } from "./identity.ts";

/** Handlers by type token. */
export const HANDLERS = {
  "supalove:cluster:TenantRoles": tenantRolesHandler,
  "supalove:cluster:TenantSchema": tenantSchemaHandler,
  "supalove:cluster:TenantTemplate": tenantTemplateHandler,
  "supalove:project:Database": projectDatabaseHandler,
  "supalove:project:Network": projectNetworkHandler,
} as const;

export interface ServedProviders {
  /** Variables for the engine that is to use the served provider. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/**
 * Serves our provider inside this process and says how an engine finds it: no plugin process is started. Use one for each
 * engine run and close it afterwards.
 */
export async function serveProviders(): Promise<ServedProviders> {
  const server = await startProviderServer(HANDLERS);
  return { env: { PULUMI_DEBUG_PROVIDERS: `${PROVIDER_NAME}:${server.port}` }, close: server.close };
}
