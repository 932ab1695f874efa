import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove projects list`. */
export function listProjectsCommand(): Command {
  return withInstance(new Command("list"))
    .description("list the projects you may see")
    .option("--json", "print a JSON list")
    .action(
      action<Options>(async (context, options) => {
        const [{ withApi }, { Project }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const projects = await withApi(context, (api) => api.request("GET", "/v1/projects", Project.array()));
        if (options.json === true) context.terminal.out(JSON.stringify(projects, null, 2));
        else if (projects.length === 0)
          context.terminal.info("There are no projects yet: supalove projects create NAME");
        else {
          const rows = projects.map((p) => [p.ref, p.name, p.plan, p.status, p.created_at]);
          context.terminal.out(table([["REF", "NAME", "PLAN", "STATUS", "CREATED"], ...rows]));
          const behind = projects.filter(
            ({ status, stack }) => status.startsWith("ACTIVE") && Object.keys(stack?.newer ?? {}).length > 0,
          );
          if (behind.length > 0) {
            const names = behind.map(({ name }) => name).join(", ");
            context.terminal.info(`Newer versions are there for ${names}: supalove projects upgrade REF`);
          }
        }
      }),
    );
}
