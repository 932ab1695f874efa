import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly wait?: boolean;
  readonly json?: boolean;
}

const WAYS = {
  pause: "pause a project: its data stays, its requests are refused",
  restore: "bring a paused project back, repair an unhealthy one, or try again to make one that failed",
} as const;

/** `supalove projects pause REF` and `supalove projects restore REF`. */
export function pauseProjectCommand(way: keyof typeof WAYS): Command {
  return withInstance(new Command(way))
    .description(WAYS[way])
    .argument("<ref>", "the project's ref")
    .option("--wait", "show the progress and end when it is done")
    .option("--json", "print the project as one JSON object")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        const [{ segment, withApi }, { Project, ProjectChange }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
        ]);
        const { terminal } = context;
        const path = `/v1/projects/${segment("project ref", ref)}`;
        const project = await withApi(context, async (api) => {
          const { operation_id } = await api.request("POST", `${path}/${way}`, ProjectChange);
          terminal.info(`accepted, operation ${operation_id}`);
          if (operation_id !== null && options.wait === true) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, operation_id, terminal.info));
          }
          return api.request("GET", path, Project);
        });
        if (options.json === true) terminal.out(JSON.stringify(project, null, 2));
        else terminal.out(`${project.ref}  ${project.name}  ${project.status}`);
      }),
    );
}
