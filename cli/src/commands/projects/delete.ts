import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly wait?: boolean;
}

/** `supalove projects delete REF`. */
export function deleteProjectCommand(): Command {
  return withInstance(new Command("delete"))
    .description("delete a project with all its data")
    .argument("<ref>", "the project's ref")
    .option("--yes", "do not ask for the project's name")
    .option("--wait", "show the progress and end when the project is gone")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        const [{ segment, withApi }, { Project, ProjectChange }, { confirmByName }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../confirm.ts"),
        ]);
        const path = `/v1/projects/${segment("project ref", ref)}`;
        await withApi(context, async (api) => {
          const project = await api.request("GET", path, Project);
          if (options.yes !== true) {
            context.terminal.info(
              `This deletes project ${project.name} (${project.ref}) with its database and all data.`,
            );
            await confirmByName(context, project.name, "--yes");
          }
          const { operation_id } = await api.request("DELETE", path, ProjectChange);
          if (options.wait === true && operation_id !== null) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, operation_id, context.terminal.info));
            context.terminal.out(`project ${project.ref} is deleted`);
          } else context.terminal.out(`project ${project.ref} is being deleted`);
        });
      }),
    );
}
