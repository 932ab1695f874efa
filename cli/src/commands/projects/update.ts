import { SIZES } from "@supalove/contracts";
import { Command, Option } from "commander";
import type { CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { action, withInstance } from "../common.ts";
import { type StackOptions, stackBody, withStackOptions } from "./stackOptions.ts";

interface Options extends CommonOptions, StackOptions {
  readonly name?: string;
  readonly size?: string;
  readonly extensions?: readonly string[];
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `supalove projects update REF`. */
export function updateProjectCommand(): Command {
  return withInstance(withStackOptions(new Command("update")))
    .description(
      "change a project's name, size or extensions; supalove projects preview shows before what that would do",
    )
    .argument("<ref>", "the project's ref")
    .option("--name <name>", "another name")
    .addOption(new Option("--size <size>", "other limits").choices([...SIZES]))
    .option("--extensions <name...>", "all Postgres extensions it shall have beyond those every project has")
    .option("--wait", "show the progress and end when it is done")
    .option("--json", "print the project as one JSON object")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        const body = updateBody(options);
        const [{ segment, withApi }, { Project, ProjectChange }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
        ]);
        const { terminal } = context;
        const path = `/v1/projects/${segment("project ref", ref)}`;
        const project = await withApi(context, async (api) => {
          const { operation_id } = await api.request("PATCH", path, ProjectChange, body);
          if (operation_id !== null) terminal.info(`change accepted, operation ${operation_id}`);
          if (operation_id !== null && options.wait === true) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, operation_id, terminal.info));
          }
          return api.request("GET", path, Project);
        });
        if (options.json === true) terminal.out(JSON.stringify(project, null, 2));
        else terminal.out(`${project.ref}  ${project.name}  ${project.size}  ${project.status}`);
      }),
    );
}

/** The body that the options ask for. @throws CliError where they ask for nothing */
export function updateBody({ name, size, extensions, ...stack }: Omit<Options, keyof CommonOptions>) {
  const body = {
    ...(name === undefined ? {} : { name }),
    ...(size === undefined ? {} : { size }),
    ...(extensions === undefined ? {} : { extensions }),
    ...stackBody(stack),
  };
  if (Object.keys(body).length === 0)
    throw new CliError(
      "nothing to change",
      "give --name, --size, --extensions, or one of the dedicated plan's options",
    );
  return body;
}
