import { StackSettings, tenantNames } from "@supalove/contracts";
import type { DatabaseConnection } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import { ApiError } from "../http/apiError.ts";
import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import type { LoadedProject } from "./loadProject.ts";

/** Stands in the place of a password that is not shown; none that could be one. */
const MASK = "[YOUR-PASSWORD]";

/**
 * How people reach a project's database with its own login.
 * @throws ApiError `project_not_ready` until the project's stack was up once, `database_not_published`
 */
export async function databaseConnection(
  services: Services,
  project: LoadedProject,
  reveal: boolean,
): Promise<DatabaseConnection> {
  const { owner_password } = await openProjectSecrets(services, project, ["owner_password"]);
  const { host, port, user, database } = await addressOf(services, project);
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

async function addressOf({ database: db }: Services, project: LoadedProject) {
  if (project.stack === null) {
    const { owner: user, database } = tenantNames(project.ref);
    const { publicHost, publicPort } = project.cluster ?? {};
    return { host: publicHost ?? "", port: publicPort ?? 5432, user, database };
  }
  const lease = await db.portLease.findFirst({ where: { projectRef: project.ref, purpose: "database" } });
  if (lease === null || !StackSettings.parse(project.stack).publishDatabase) {
    throw new ApiError(
      "database_not_published",
      "The database of this dedicated project takes no direct connections: it can be reached on its own network only.",
      'Publish it with `PATCH /v1/projects/{ref} {"publish_database": true}`.',
    );
  }
  return { host: project.server?.publicHost ?? "", port: lease.port, user: "postgres", database: "postgres" };
}
