import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { ExecaError, execa } from "execa";
import { BuildRequirementError, BuildStepError } from "./errors.ts";

const TAIL_LINES = 15;

export interface RunOptions {
  /** File that receives the whole output, appended. */
  readonly logFile: string;
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command with its output in a log file.
 * @throws BuildStepError with the last lines when it fails, BuildRequirementError when there is no such command
 */
export async function runLogged(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  await mkdir(dirname(options.logFile), { recursive: true });
  // A log that can't be written (a full disk) must not end the process: the command itself fails soon enough.
  const log = createWriteStream(options.logFile, { flags: "a" }).on("error", () => undefined);
  const tail: string[] = [];
  log.write(`$ ${[command, ...args].join(" ")}\n`);
  try {
    const running = execa(command, args, {
      all: true,
      buffer: false,
      stdin: "ignore",
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    for await (const line of running.iterable({ from: "all" })) {
      log.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      options.onLine?.(line);
    }
    await running;
  } catch (cause) {
    if (cause instanceof ExecaError && cause.code === "ENOENT") {
      throw new BuildRequirementError(`${command} is not installed; ./supalove setup installs what building needs`, {
        cause,
      });
    }
    const why = cause instanceof ExecaError ? `${command} ${args[0] ?? ""}`.trim() : command;
    throw new BuildStepError(why, options.logFile, tail, cause);
  } finally {
    log.end();
    if (!log.closed) await once(log, "close");
  }
}
