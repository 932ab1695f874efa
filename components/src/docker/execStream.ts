import { Transform, type TransformCallback, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { ExecFailed } from "./execIn.ts";

export interface ExecStreamOptions {
  readonly command: readonly string[];
  /** Variables of the command; the way for a password, as arguments are shown to everybody in the container. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; nothing when absent. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<string>;
  /** Where its output goes; ended with it. */
  readonly output: Writable;
  /** Told of each line that it writes to stderr. */
  readonly onError?: (line: string) => void;
  readonly signal: AbortSignal;
}

const HEADER_BYTES = 8;
const STDOUT = 1;
/** Of what a command says when it fails, its last words count. */
const KEPT_CHARACTERS = 4_000;

/** Takes Docker's frames apart: stdout goes on, stderr is told line by line. */
class Frames extends Transform {
  #rest: Buffer = Buffer.alloc(0);
  #type = 0;
  #left = 0;
  #line = "";
  readonly #onError: (line: string) => void;

  constructor(onError: (line: string) => void) {
    super();
    this.#onError = onError;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length > 0) {
      if (this.#left === 0) {
        if (bytes.length < HEADER_BYTES) break;
        this.#type = bytes.readUInt8(0);
        this.#left = bytes.readUInt32BE(4);
        bytes = bytes.subarray(HEADER_BYTES);
        continue;
      }
      const part = bytes.subarray(0, this.#left);
      this.#left -= part.length;
      bytes = bytes.subarray(part.length);
      if (this.#type === STDOUT) this.push(part);
      else this.#tell(part.toString("utf8"));
    }
    this.#rest = bytes;
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#line !== "") this.#onError(this.#line);
    done();
  }

  #tell(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) this.#onError(line);
  }
}

/**
 * Runs a command in a running container with streams of any length: whoever is slower holds the other up, and nothing
 * gathers in memory, which the client's own way of taking the frames apart does.
 * @throws ExecFailed, and whatever the output says against being written to
 */
export async function execStream(container: Docker.Container, options: ExecStreamOptions): Promise<void> {
  const { command, env = {}, input = [], output, onError, signal } = options;
  const exec = await container.exec({
    Cmd: [...command],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  let said = "";
  const frames = new Frames((line) => {
    said = `${said}${line}\n`.slice(-KEPT_CHARACTERS);
    onError?.(line);
  });
  try {
    // An input that fails must not leave the command waiting for more of it.
    await Promise.all([pipeline(stream, frames, output, { signal }), feed(stream, input, signal)]);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new ExecFailed(ExitCode ?? -1, said.trim() || `the command ended with ${ExitCode}`);
}

/** A command that ends before it has read everything says why by its code. */
async function feed(
  stream: NodeJS.ReadWriteStream,
  input: AsyncIterable<Uint8Array> | Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  let open = true;
  stream.once("close", () => {
    open = false;
  });
  for await (const chunk of input) {
    if (signal.aborted || !open) return;
    if (stream.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        for (const event of ["drain", "close", "error", "end"]) stream.removeListener(event, go);
        resolve();
      };
      for (const event of ["drain", "close", "error", "end"]) stream.once(event, go);
    });
  }
  stream.end();
}
