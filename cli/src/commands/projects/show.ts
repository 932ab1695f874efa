import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";

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
        const [{ connectApi }, { ApiKey, DatabaseConnection, Project }, { table }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../terminal.ts"),
        ]);
        const api = await connectApi(context);
        const path = `/v1/projects/${encodeURIComponent(ref)}`;
        const project = await api.request("GET", path, Project);
        // Keys exist once the project's stack is up.
        const ready = project.status.startsWith("ACTIVE");
        const keys = ready ? await api.request("GET", `${path}/api-keys?reveal=true`, ApiKey.array()) : [];
        const database =
          ready && options.reveal === true
            ? await api.request("GET", `${path}/database/connection?reveal=true`, DatabaseConnection)
            : undefined;
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
            ...keys.map(({ name, api_key }) => [name, api_key]),
            ...(database === undefined ? [] : [["database", database.connection_string]]),
          ]),
        );
      }),
    );
}
