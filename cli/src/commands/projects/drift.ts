import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly repair?: boolean;
  readonly accept?: boolean;
  readonly last?: boolean;
  readonly json?: boolean;
}

/** `supalove projects drift REF`. */
export function driftCommand(): Command {
  return withInstance(new Command("drift"))
    .description("compare what a project really has with what it should have; changes nothing unless told to")
    .argument("<ref>", "the project's ref")
    .option("--repair", "make it what it should be again")
    .option("--accept", "leave what the last look found as it is")
    .option("--last", "show what the last look found, without a new one")
    .option("--json", "print the findings as one JSON object")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        if ([options.repair, options.accept, options.last].filter(Boolean).length > 1) {
          throw new CliError("--repair, --accept and --last exclude each other", "give one of them");
        }
        const [{ segment, withApi }, { Drift, StartedOperation }, { requireSuccess, watchOperation }, { showDrift }] =
          await Promise.all([
            import("../../http/api.ts"),
            import("@supalove/contracts/api/index.ts"),
            import("../../http/watchOperation.ts"),
            import("../../plan/showDrift.ts"),
          ]);
        const { terminal } = context;
        const path = `/v1/projects/${segment("project ref", ref)}/drift`;
        const drift = await withApi(context, async (api) => {
          if (options.accept === true) return api.request("POST", `${path}/accept`, Drift);
          if (options.last !== true) {
            const what = options.repair === true ? `${path}/repair` : path;
            const { operation_id } = await api.request("POST", what, StartedOperation);
            requireSuccess(await watchOperation(api, operation_id, terminal.info));
          }
          return api.request("GET", path, Drift);
        });
        showDrift(terminal, drift, options.json === true);
      }),
    );
}
