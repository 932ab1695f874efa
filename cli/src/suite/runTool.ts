import { spawn } from "node:child_process";
import type { CliContext } from "../context.ts";

/**
 * Runs one of the repository's own tools with its output on the terminal.
 * @param script its file under node_modules
 * @param through program and arguments that the tool is started by, none for itself
 * @returns the exit code; 130 when the run was stopped
 */
export function runTool(
  context: CliContext,
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<number> {
  const [program = process.execPath, ...words] = [...through, process.execPath, script, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: context.config.root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...context.config.env, ...env } as NodeJS.ProcessEnv,
    });
    // The terminal sends ctrl-C to the child as well; a signal to this process alone is handed on.
    const stop = () => child.kill("SIGINT");
    context.signal.addEventListener("abort", stop, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      context.signal.removeEventListener("abort", stop);
      resolve(context.signal.aborted ? 130 : (code ?? 1));
    });
  });
}
