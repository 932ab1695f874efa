import { createWriteStream, type WriteStream } from "node:fs";
import { systemProblem } from "../systemError.ts";

/** A log file that is made with its first line. */
export interface LogFile {
  readonly path: string;
  write(text: string): void;
  /** Waits until everything is written. */
  end(): Promise<void>;
}

/**
 * Opens a log that only its owner may read. A log that can't be written (a full disk) stops nothing: what it belongs to
 * goes on and finds out by itself.
 * @param onFailure told once, in plain words
 */
export function openLog(path: string, onFailure: (line: string) => void): LogFile {
  let stream: WriteStream | undefined;
  let failed = false;
  const fail = (error: Error) => {
    if (!failed) onFailure(`no log is written to ${path}: ${(systemProblem(error) ?? error).message}`);
    failed = true;
  };
  return {
    path,
    write(text) {
      if (failed) return;
      stream ??= createWriteStream(path, { flags: "a", mode: 0o600 }).on("error", fail);
      stream.write(text);
    },
    end: () =>
      new Promise((done) => {
        if (stream === undefined || stream.destroyed) done();
        else stream.once("close", done).end();
      }),
  };
}
