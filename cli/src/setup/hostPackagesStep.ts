import { CliError } from "../errors.ts";
import { aptInstall, canInstall } from "./apt.ts";
import { engineMissing } from "./engineStep.ts";
import { findTool } from "./findTool.ts";
import type { SetupContext, SetupStep } from "./step.ts";
import { HOST_TOOLS, type HostTool } from "./tools.ts";

/** Programs of the operating system, only those that the work at hand needs and that are missing. */
export const hostPackagesStep: SetupStep = {
  name: "host packages",
  after: [],
  async plan(context) {
    const missing = await missingTools(context);
    if (missing.length === 0) return undefined;
    const names = missing.map(({ program }) => program).join(", ");
    const packages = missing.flatMap((tool) => tool.packages);
    const words = packages.map((name) => name.replaceAll("|", " or ")).join(", ");
    const reason = await canInstall(context);
    if (reason !== undefined) {
      throw new CliError(
        `building needs programs that are missing or too old: ${names}; they can't be installed because ${reason}`,
        `install ${words} (./supalove doctor lists everything)`,
      );
    }
    return {
      what: `${names} missing; installing ${words}`,
      async run(report) {
        await aptInstall(context, packages, { report });
        const still = await missingTools(context);
        if (still.length === 0) return;
        throw new CliError(
          `this release of the operating system has too old a version of ${still.map((t) => t.program).join(", ")}`,
          still.map((t) => `install ${t.program} ${t.atLeast?.join(".") ?? ""} or newer by hand`).join("; "),
        );
      },
    };
  },
};

async function missingTools(context: SetupContext): Promise<readonly HostTool[]> {
  const [engine, images] = await Promise.all([engineMissing(context), context.facts.missingImages()]);
  const needed = HOST_TOOLS.filter(({ neededFor }) => (neededFor === "engine" ? engine : images.includes(neededFor)));
  const states = await Promise.all(
    needed.map(async (tool) => ({ tool, found: await findTool(tool, context.config.path) })),
  );
  return states.filter(({ found }) => found.state !== "ok").map(({ tool }) => tool);
}
