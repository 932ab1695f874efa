import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly backup: boolean;
}

/** `supalove projects delete REF`. */
export function deleteProjectCommand(): Command {
  return withInstance(new Command("delete"))
    .description("delete a project with all its data")
    .argument("<ref>", "the project's ref")
    .option("--yes", "do not ask for the project's name")
    .option("--no-backup", "take no last backup: its data is gone for good")
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
            const after = options.backup ? "A last backup is kept for some days." : "There will be no backup.";
            context.terminal.info(
              `This deletes project ${project.name} (${project.ref}) with its database and all data. ${after}`,
            );
            await confirmByName(context, project.name, "--yes");
          }
          const { operation_id } = await api.request(
            "DELETE",
            options.backup ? path : `${path}?backup=false`,
            ProjectChange,
          );
          if (options.wait === true && operation_id !== null) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, operation_id, context.terminal.info));
            context.terminal.out(`project ${project.ref} is deleted`);
          } else context.terminal.out(`project ${project.ref} is being deleted`);
        });
      }),
    );
}
