import { PLANS, SIZES } from "@supalove/contracts";
import type { Project as ProjectShape } from "@supalove/contracts/api/index.ts";
import { Command, Option } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { type StackOptions, stackBody, withStackOptions } from "./stackOptions.ts";

interface Options extends CommonOptions, StackOptions {
  readonly plan: string;
  readonly size?: string;
  readonly extension?: readonly string[];
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `supalove projects create NAME`. */
export function createProjectCommand(): Command {
  return withInstance(withStackOptions(new Command("create")))
    .description("create a project")
    .argument("<name>", "name of the project")
    .addOption(new Option("--plan <plan>", "what it runs on").choices([...PLANS]).default("shared"))
    .addOption(new Option("--size <size>", "its limits").choices([...SIZES]))
    .option("--extension <name...>", "Postgres extensions beyond those every project has")
    .option("--wait", "show the progress and end when the project is healthy")
    .option("--json", "print the project as one JSON object")
    .action(
      action<Options>(async (context, options, [name = ""]) => {
        const { withApi } = await import("../../http/api.ts");
        const { CreatedProject, Project } = await import("@supalove/contracts/api/index.ts");
        const body = {
          name,
          plan: options.plan,
          ...(options.size === undefined ? {} : { size: options.size }),
          ...(options.extension === undefined ? {} : { extensions: options.extension }),
          ...stackBody(options),
        };
        const project = await withApi(context, async (api): Promise<ProjectShape> => {
          const created = await api.request("POST", "/v1/projects", CreatedProject, body);
          context.terminal.info(`project ${created.ref} accepted, operation ${created.operation_id}`);
          if (options.wait !== true) return created;
          const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
          requireSuccess(await watchOperation(api, created.operation_id, context.terminal.info));
          return api.request("GET", `/v1/projects/${created.ref}`, Project);
        });
        if (options.json === true) context.terminal.out(JSON.stringify(project, null, 2));
        else context.terminal.out(`${project.ref}  ${project.name}  ${project.status}`);
      }),
    );
}
