import { PLANS, SIZES } from "@supalove/contracts";
import { Command, Option } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly plan: string;
  readonly size?: string;
  readonly extension?: readonly string[];
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `supalove projects create NAME`. */
export function createProjectCommand(): Command {
  return withInstance(new Command("create"))
    .description("create a project")
    .argument("<name>", "name of the project")
    .addOption(new Option("--plan <plan>", "what it runs on").choices([...PLANS]).default("shared"))
    .addOption(new Option("--size <size>", "its limits").choices([...SIZES]))
    .option("--extension <name...>", "Postgres extensions beyond those every project has")
    .option("--wait", "show the progress and end when the project is healthy")
    .option("--json", "print the project as one JSON object")
    .action(
      action<Options>(async (context, options, [name = ""]) => {
        const { connectApi } = await import("../../http/api.ts");
        const { Project } = await import("../../http/schemas.ts");
        const api = await connectApi(context);
        const body = {
          name,
          plan: options.plan,
          ...(options.size === undefined ? {} : { size: options.size }),
          ...(options.extension === undefined ? {} : { extensions: options.extension }),
        };
        let project = await api.request("POST", "/v1/projects", Project, body);
        context.terminal.info(`project ${project.ref} accepted`);
        if (options.wait === true && project.operation_id !== undefined) {
          const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
          requireSuccess(await watchOperation(api, project.operation_id, context.terminal.info));
          project = await api.request("GET", `/v1/projects/${project.ref}`, Project);
        }
        if (options.json === true) context.terminal.out(JSON.stringify(project, null, 2));
        else context.terminal.out(`${project.ref}  ${project.name}  ${project.status}`);
      }),
    );
}
