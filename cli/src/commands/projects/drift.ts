import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly repair?: boolean;
  readonly accept?: boolean;
  readonly digest?: string;
  readonly last?: boolean;
  readonly json?: boolean;
}

/** `supalove projects drift REF`. */
export function driftCommand(): Command {
  return withInstance(new Command("drift"))
    .description("compare what a project really has with what it should have; changes nothing unless told to")
    .argument("<ref>", "the project's ref")
    .option("--repair", "make it what it should be again")
    .option("--accept", "leave what the last look found as it is, after showing it")
    .option("--digest <digest>", "accept it if it is this one, where nobody can type (--last --json has it)")
    .option("--last", "show what the last look found, without a new one")
    .option("--json", "print the findings as one JSON object")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        if ([options.repair, options.accept, options.last].filter(Boolean).length > 1) {
          throw new CliError("--repair, --accept and --last exclude each other", "give one of them");
        }
        if (options.digest !== undefined && options.accept !== true) {
          throw new CliError("--digest goes with --accept", "give both, or neither");
        }
        const [
          { segment, withApi },
          { Drift, StartedOperation },
          { requireSuccess, watchOperation },
          { showDrift },
          { confirmByName },
        ] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../http/watchOperation.ts"),
          import("../../plan/showDrift.ts"),
          import("../../confirm.ts"),
        ]);
        const { terminal } = context;
        const path = `/v1/projects/${segment("project ref", ref)}/drift`;
        const drift = await withApi(context, async (api) => {
          if (options.accept === true) {
            let { digest } = options;
            if (digest === undefined) {
              const found = await api.request("GET", path, Drift);
              // Nothing to leave as it is.
              if (!found.drifted || found.digest === null) return found;
              showDrift({ ...terminal, out: terminal.info, info: () => undefined }, found, false);
              await confirmByName(context, "accept", `--digest ${found.digest}`);
              digest = found.digest;
            }
            return api.request("POST", `${path}/accept`, Drift, { digest });
          }
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
