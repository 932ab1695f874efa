import { tenantNames } from "@supalove/contracts";
import type { DatabaseConnection } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import type { LoadedProject } from "./loadProject.ts";

/** Stands in the place of a password that is not shown; none that could be one. */
const MASK = "[YOUR-PASSWORD]";

/**
 * How people reach a project's database with its own login.
 * @throws ApiError `project_not_ready` until the project's stack was up once
 */
export async function databaseConnection(
  services: Services,
  project: LoadedProject,
  reveal: boolean,
): Promise<DatabaseConnection> {
  const { owner_password } = await openProjectSecrets(services, project, ["owner_password"]);
  const { owner: user, database } = tenantNames(project.ref);
  const { publicHost, publicPort } = project.cluster ?? {};
  const host = publicHost ?? "";
  const port = publicPort ?? 5432;
  const password = reveal ? owner_password : MASK;
  const inUrl = reveal ? encodeURIComponent(password) : MASK;
  return {
    host,
    port,
    database,
    user,
    password,
    connection_string: `postgresql://${user}:${inUrl}@${host}:${port}/${database}`,
  };
}
