import { PLANS, SIZES, StackService } from "@supalove/contracts";
import { Command, Option } from "commander";
import type { CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { segment } from "../../http/segment.ts";
import { action, withInstance } from "../common.ts";
import { OVERLAP_WORDS, overlapHours } from "./overlap.ts";
import { type StackOptions, stackBody, withStackOptions } from "./stackOptions.ts";

interface Options extends CommonOptions, StackOptions {
  readonly create?: string;
  readonly delete?: boolean;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly restart?: string;
  /** False where `--no-backup` was given. */
  readonly backup?: boolean;
  readonly name?: string;
  readonly plan?: string;
  readonly size?: string;
  readonly extension?: readonly string[];
  readonly rotateKeys?: string | true;
  readonly endOverlap?: boolean;
  readonly rotatePasswords?: boolean;
  readonly refresh?: boolean;
  readonly wait: boolean;
  readonly json?: boolean;
}

/** `supalove projects preview [REF]`. */
export function previewProjectCommand(): Command {
  return withInstance(withStackOptions(new Command("preview")))
    .description("show what a change of a project would do, and change nothing")
    .argument("[ref]", "the project's ref; none with --create")
    .option("--create <name>", "a project to be created")
    .option("--delete", "the project's end")
    .option("--no-backup", "of --delete: without the last, tested backup that is kept for a while")
    .option("--pause", "its pause: its data stays, its requests are refused")
    .option("--resume", "the end of its pause")
    .addOption(new Option("--restart <service>", "the restart of one service").choices(StackService.options))
    .option("--name <name>", "another name")
    .addOption(new Option("--plan <plan>", "what a project to be created runs on").choices([...PLANS]))
    .addOption(new Option("--size <size>", "its limits").choices([...SIZES]))
    .option("--extension <name...>", "all Postgres extensions it shall have beyond those every project has")
    .option("--rotate-keys [overlap]", `new keys; ${OVERLAP_WORDS}`)
    .option("--end-overlap", "the keys from before the last rotation are refused")
    .option("--rotate-passwords", "new passwords of the database's logins")
    .option("--refresh", "look at the real resources first: shows what was changed by hand, too")
    .option("--no-wait", "end at once; the preview is made in the background")
    .option("--json", "print the preview as one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  supalove projects preview --create my-project --size small\n" +
        "  supalove projects preview REF --size medium\n  supalove projects preview REF --delete\n" +
        "  supalove projects preview REF --restart rest\n" +
        "  supalove projects preview REF --refresh      what an update that wishes for nothing new would put right\n" +
        "\nsupalove projects apply PREVIEW does exactly what a preview showed.",
    )
    .action(
      action<Options>(async (context, options, [ref]) => {
        const { path, body } = previewRequest(ref, options);
        const [{ segment, withApi }, { StartedPreview }, { getPreview, showPreview }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../plan/showPreview.ts"),
        ]);
        if (ref !== undefined) segment("project ref", ref);
        const preview = await withApi(context, async (api) => {
          const started = await api.request("POST", path, StartedPreview, body);
          if (options.wait) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, started.operation_id, context.terminal.info));
          }
          return getPreview(api, started.id);
        });
        showPreview(context.terminal, preview, options.json === true);
      }),
    );
}

function rotationBody({ rotateKeys, endOverlap, rotatePasswords }: Omit<Options, "wait">) {
  const overlap = typeof rotateKeys === "string" ? { overlap_hours: overlapHours(rotateKeys) } : {};
  return {
    ...(rotateKeys === undefined ? {} : { rotate_keys: overlap }),
    ...(endOverlap === true ? { end_key_overlap: true } : {}),
    ...(rotatePasswords === true ? { rotate_passwords: true } : {}),
  };
}

/** What is done to the project as it is, beside which nothing of it changes. */
function actsOf({ delete: ends, pause, resume, restart }: Omit<Options, "wait">) {
  return {
    ...(ends === true ? { delete: true } : {}),
    ...(pause === true ? { pause: true } : {}),
    ...(resume === true ? { resume: true } : {}),
    ...(restart === undefined ? {} : { restart }),
  };
}

/** The request that the options ask for. @throws CliError for options that do not go together */
export function previewRequest(
  ref: string | undefined,
  options: Omit<Options, "wait">,
): { readonly path: string; readonly body: Readonly<Record<string, unknown>> } {
  const { create, name, plan, size, extension, refresh } = options;
  const wish = {
    ...(size === undefined ? {} : { size }),
    ...(extension === undefined ? {} : { extensions: extension }),
    ...stackBody(options),
    ...rotationBody(options),
  };
  if (create !== undefined) {
    const rotates = Object.keys(rotationBody(options)).length > 0;
    const acts = Object.keys(actsOf(options)).length > 0;
    if (ref !== undefined || acts || refresh === true || name !== undefined || rotates) {
      throw new CliError(
        "--create goes with --plan, --size and --extension only",
        "leave out what it does not go with",
      );
    }
    return { path: "/v1/previews", body: { name: create, plan: plan ?? "shared", ...wish } };
  }
  if (ref === undefined) throw new CliError("which project?", "name its ref, or use --create NAME");
  if (plan !== undefined) throw new CliError("the plan can be chosen with --create only", "leave --plan out");
  const change = { ...wish, ...(name === undefined ? {} : { name }), ...(refresh === true ? { refresh } : {}) };
  const acts = actsOf(options);
  const [act] = Object.keys(acts);
  if (act !== undefined && Object.keys({ ...acts, ...change }).length > 1) {
    throw new CliError(`--${act} goes with no other change`, "preview one or the other");
  }
  if (options.backup === false && options.delete !== true) {
    throw new CliError("--no-backup goes with --delete only", "leave it out");
  }
  return {
    path: `/v1/projects/${segment("project ref", ref)}/previews`,
    body: { ...acts, ...(options.backup === false ? { backup: false } : {}), ...change },
  };
}
