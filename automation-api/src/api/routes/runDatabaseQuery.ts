import { DatabaseQueryBody, QueryRows } from "@supalove/contracts/api/index.ts";
import { writeAudit } from "../../http/audit.ts";
import { defineRead } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { loadProject } from "../../projects/loadProject.ts";
import { ProjectParams } from "../params.ts";

/** Largest body: a migration of a million characters, escaped. */
const BODY_LIMIT = 4 * 1024 * 1024;

export const runDatabaseQueryRoute = defineRead({
  operation: "runDatabaseQuery",
  summary: "Run SQL as the project's own login; several statements are allowed, the last one's rows come back",
  method: "post",
  path: "/projects/{ref}/database/query",
  params: ProjectParams,
  body: DatabaseQueryBody,
  bodyLimit: BODY_LIMIT,
  response: { status: 201, schema: QueryRows, description: "Rows of the last statement" },
  scope: "database:write",
  load: loadProject,
  fails: [409, 502],
  async handler({ services, caller, requestId, loaded: project, body }) {
    if (!project.status.startsWith("ACTIVE_")) throw errors.projectNotReady(project.status);
    // Before the query, and without its text: it may hold people's data. Whether it worked is the database's matter.
    const { organizationId, ref: projectRef } = project;
    await writeAudit(services.database, caller, "runDatabaseQuery", requestId, { organizationId, projectRef });
    return services.dataPlane.query(project.ref, body.query);
  },
});
