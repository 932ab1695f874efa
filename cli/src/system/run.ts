import { spawn } from "node:child_process";
import { CliError, codeOf } from "../errors.ts";

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Receives both output streams as they come. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /** False for a program that may run for ever: its output goes to `onOutput` alone and is not kept. */
  readonly collect?: boolean;
}

/** What a program left behind. */
export interface RunResult {
  /** Exit code; 127 when there is no such program, 124 when the time was up, 128 + n style codes are not made up. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NOT_FOUND = 127;
const TIMED_OUT = 124;

/** Runs a program without a shell and collects its output. A failing program is a result, not an error. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env as NodeJS.ProcessEnv | undefined,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      signal: options.signal,
    });
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill("SIGKILL");
          }, options.timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      if (options.collect !== false) stdout += chunk;
      options.onOutput?.(chunk, "stdout");
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      if (options.collect !== false) stderr += chunk;
      options.onOutput?.(chunk, "stderr");
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      if (codeOf(error) === "ENOENT") resolve({ code: NOT_FOUND, stdout: "", stderr: `${command}: not found` });
      else if (options.signal?.aborted !== true) reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? TIMED_OUT : (code ?? 1), stdout, stderr });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input);
  });
}

/** Runs a program that has to succeed. @throws CliError with the last words of its error output */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(command, args, options);
  if (result.code === 0) return result.stdout;
  const words = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-3).join(" / ");
  throw new CliError(`${command} ${args[0] ?? ""} failed (exit code ${result.code}): ${words}`);
}
