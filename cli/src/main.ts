import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { readConfig } from "./config.ts";
import { CliError, codeOf, renderError } from "./errors.ts";
import { systemProblem } from "./systemError.ts";

const config = readConfig(process.env);
enableCompileCache(join(config.cacheDir, "compiled"));

// `supalove logs | head`: whoever read the output has had enough.
process.stdout.on("error", (error) => process.exit(codeOf(error) === "EPIPE" ? 0 : 1));

const { buildProgram } = await import("./program.ts");
try {
  await buildProgram().parseAsync(process.argv);
} catch (thrown) {
  const error = systemProblem(thrown) ?? thrown;
  process.stderr.write(`${renderError(error, config.debug)}\n`);
  process.exitCode = error instanceof CliError ? error.exitCode : 70;
}
