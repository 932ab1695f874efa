import type { Project as ProjectShape } from "@supalove/contracts/api/index.ts";
import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { versionsText } from "./upgrade.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
  readonly reveal?: boolean;
}

/** `supalove projects show REF`. */
export function showProjectCommand(): Command {
  return withInstance(new Command("show"))
    .description("show a project with the URL and keys for createClient(url, key)")
    .argument("<ref>", "the project's ref")
    .option("--reveal", "show the database's password and connection string as well")
    .option("--json", "print one JSON object")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        const [{ segment, withApi }, { ApiKey, DatabaseConnection, Project }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const path = `/v1/projects/${segment("project ref", ref)}`;
        const { project, keys, database } = await withApi(context, async (api) => {
          const found = await api.request("GET", path, Project);
          // Keys exist once the project's stack is up.
          const ready = found.status.startsWith("ACTIVE");
          const revealed = ready ? await api.request("GET", `${path}/api-keys?reveal=true`, ApiKey.array()) : [];
          const connection =
            ready && options.reveal === true
              ? await api.request("GET", `${path}/database/connection?reveal=true`, DatabaseConnection)
              : undefined;
          return { project: found, keys: revealed, database: connection };
        });
        if (options.json === true) {
          const connection = database === undefined ? {} : { database_connection: database };
          context.terminal.out(JSON.stringify({ ...project, api_keys: keys, ...connection }, null, 2));
          return;
        }
        context.terminal.out(
          table([
            ["ref", project.ref],
            ["name", project.name],
            ["plan", project.plan],
            ["status", project.status],
            ["url", project.api_url],
            ...(project.stack === null ? [] : [["versions", versionsText(project)]]),
            ...newerRow(project),
            ...keys.map(({ name, api_key }) => [name, api_key]),
            ...(database === undefined ? [] : [["database", database.connection_string]]),
          ]),
        );
      }),
    );
}

/** What an upgrade would bring; no row where there is nothing. */
function newerRow({ ref, stack }: ProjectShape): string[][] {
  const newer = Object.entries(stack?.newer ?? {}).map(([service, version]) => `${service} ${version}`);
  return newer.length === 0 ? [] : [["newer", `${newer.join(", ")} (supalove projects upgrade ${ref})`]];
}
