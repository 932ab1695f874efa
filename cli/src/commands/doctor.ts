import { Command } from "commander";
import type { CommonOptions } from "../context.ts";
import { action, withInstance } from "./common.ts";

interface Options extends CommonOptions {
  readonly json?: boolean;
}

/** `supalove doctor`: what the platform needs and what is there, before anything is changed. */
export function doctorCommand(): Command {
  return withInstance(new Command("doctor"))
    .description("show what the platform needs and what is there; changes nothing")
    .option("--json", "print a JSON list")
    .addHelpText("after", "\nThe exit code is 1 when something is missing that setup can't get by itself.")
    .action(
      action<Options>(async (context, options) => {
        const [{ examine }, { table }] = await Promise.all([import("../doctor/examine.ts"), import("../terminal.ts")]);
        const findings = await examine(context);
        if (options.json === true) context.terminal.out(JSON.stringify(findings, null, 2));
        else {
          const rows = findings.map(({ name, state, detail, nextStep }) => [
            state,
            name,
            nextStep === undefined ? detail : `${detail}; next step: ${nextStep}`,
          ]);
          context.terminal.out(table(rows));
        }
        if (findings.some(({ state }) => state === "problem")) process.exitCode = 1;
      }),
    );
}
