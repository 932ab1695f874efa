import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { readConfig } from "./config.ts";
import { CliError, renderError } from "./errors.ts";

const config = readConfig(process.env);
enableCompileCache(join(config.cacheDir, "compiled"));

const { buildProgram } = await import("./program.ts");
try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`${renderError(error, config.debug)}\n`);
  process.exitCode = error instanceof CliError ? error.exitCode : 70;
}
