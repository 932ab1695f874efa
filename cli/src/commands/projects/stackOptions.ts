import { OPTIONAL_SERVICES, ROUTE_ACCESS } from "@supalove/contracts";
import { type Command, Option } from "commander";
import { CliError } from "../../errors.ts";

/** Options of a dedicated project's stack, as the command line gives them. */
export interface StackOptions {
  readonly service?: readonly string[];
  readonly setting?: readonly string[];
  readonly route?: readonly string[];
  readonly routes?: boolean;
  readonly settings?: boolean;
  readonly publishDatabase?: boolean;
}

/** Adds the options to a command. */
export function withStackOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--service <name...>",
        `dedicated plan: services beside the database (${OPTIONAL_SERVICES.join(", ")})`,
      ),
    )
    .option("--setting <name=value...>", "dedicated plan: settings of Postgres, all of them")
    .option("--no-settings", "dedicated plan: no setting of Postgres beside those of its size")
    .option(
      "--route <path=url...>",
      `dedicated plan: routes of its gateway beside Supabase's, all of them; with ,access behind it, which is ${ROUTE_ACCESS.join(", ")}`,
    )
    .option("--no-routes", "dedicated plan: no route beside Supabase's")
    .option("--publish-database", "dedicated plan: the database takes direct connections")
    .option("--no-publish-database", "dedicated plan: it takes none");
}

/** Splits at the first `=`. @throws CliError */
function pair(option: string, text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new CliError(`${option} ${text} has no value`, `write it as ${option} name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function route(text: string) {
  const [path, rest] = pair("--route", text);
  const [target, auth] = rest.split(",", 2);
  return { path, target, ...(auth === undefined ? {} : { auth }) };
}

/** Fields of a request that the options stand for; the server checks their values. @throws CliError */
export function stackBody(options: StackOptions): Readonly<Record<string, unknown>> {
  const { service, setting, route: routes, publishDatabase } = options;
  return {
    ...(service === undefined ? {} : { services: [...new Set(["db", ...service])] }),
    ...(options.settings === false ? { postgres_settings: {} } : {}),
    ...(setting === undefined
      ? {}
      : { postgres_settings: Object.fromEntries(setting.map((text) => pair("--setting", text))) }),
    ...(options.routes === false ? { routes: [] } : {}),
    ...(routes === undefined ? {} : { routes: routes.map(route) }),
    ...(publishDatabase === undefined ? {} : { publish_database: publishDatabase }),
  };
}
