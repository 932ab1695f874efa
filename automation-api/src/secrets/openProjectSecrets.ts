import { type Keyring, openSecret } from "@supalove/contracts";
import type { Database, Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { type ProjectSecretName, projectSecretContext } from "./contexts.ts";

/**
 * Opens some of a project's secrets.
 * @throws ApiError `project_not_ready` while the project has none yet
 */
export async function openProjectSecrets<N extends ProjectSecretName>(
  {
    database,
    env,
  }: { readonly database: Database | Transaction; readonly env: { readonly SUPALOVE_MASTER_KEY: Keyring } },
  project: { readonly ref: string; readonly status: string },
  names: readonly N[],
): Promise<Record<N, string>> {
  const rows = await database.projectSecret.findMany({ where: { projectRef: project.ref, name: { in: [...names] } } });
  if (rows.length < names.length) throw errors.projectNotReady(project.status);
  const opened = await Promise.all(
    rows.map(async ({ name, sealed }) => {
      const context = projectSecretContext(project.ref, name as N);
      return [name, await openSecret(env.SUPALOVE_MASTER_KEY, context, sealed)] as const;
    }),
  );
  return Object.fromEntries(opened) as Record<N, string>;
}
