import { PassThrough, type Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";

/** A command in a container ended with another code than 0; the message holds what it wrote to stderr. */
export class ExecFailed extends Error {
  override readonly name = "ExecFailed";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ExecOptions {
  readonly command: readonly string[];
  /** Variables of the command; the way for a password, as arguments are shown to everybody in the container. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Where its output goes; collected and given back when absent. */
  readonly output?: Writable;
  readonly user?: string;
}

/**
 * Runs a command in a running container, through the engine's own API: no network leads there.
 * @returns what it wrote to stdout, where no other place was named for it
 * @throws ExecFailed
 */
export async function execIn(container: Docker.Container, options: ExecOptions): Promise<string> {
  const { command, env = {}, input = "", user } = options;
  const exec = await container.exec({
    Cmd: [...command],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    ...(user === undefined ? {} : { User: user }),
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const collected = new PassThrough();
  const errors = new PassThrough();
  const output = options.output ?? collected;
  container.modem.demuxStream(stream, output, errors);
  const ended = new Promise<void>((resolve, reject) => {
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", reject);
  });
  const text = options.output === undefined ? buffer(collected) : Promise.resolve(Buffer.alloc(0));
  const words = buffer(errors);
  stream.end(input);
  await ended.finally(() => {
    output.end();
    errors.end();
  });
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) {
    const said = (await words).toString("utf8").trim().slice(0, 2_000);
    throw new ExecFailed(ExitCode ?? -1, said === "" ? `the command ended with ${ExitCode}` : said);
  }
  return (await text).toString("utf8");
}
