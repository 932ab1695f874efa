import { Project } from "@supalove/contracts/api/index.ts";
import { z } from "zod";
import { defineRead } from "../../http/defineRoute.ts";
import { loadCatalogue } from "../../images/catalogue.ts";
import { WITH_PLACE } from "../../projects/loadProject.ts";
import { projectView } from "../../projects/projectView.ts";

export const listProjectsRoute = defineRead({
  operation: "listProjects",
  summary: "List the projects of all organizations you are in, newest first",
  method: "get",
  path: "/projects",
  response: { status: 200, schema: z.array(Project), description: "Projects" },
  scope: "account",
  async handler({ services, caller }) {
    const projects = await services.database.project.findMany({
      where: { deletedAt: null, organization: { members: { some: { userId: caller.userId } } } },
      orderBy: { number: "desc" },
      include: WITH_PLACE,
    });
    const catalogue = await loadCatalogue(services.database, services.env);
    return projects.map((project) => projectView(project, services.env.PUBLIC_GATEWAY_URL, catalogue));
  },
});
