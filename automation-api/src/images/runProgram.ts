import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { BACKUP_LABEL } from "../backups/throwaway.ts";

export interface ProgramRun {
  readonly endpoint: string;
  readonly image: string;
  /** The program and its arguments, whatever the image would start. */
  readonly command: readonly string[];
  /** Operation that wants to know; a container that is left is removed with what is left of it. */
  readonly operationId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProgramSaid {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const WITHIN_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

/** Runs a program of an image for a moment: without network, without rights, and gone afterwards. */
export async function runProgram(run: ProgramRun): Promise<ProgramSaid> {
  const [entry = "", ...args] = run.command;
  const container = await dockerEngine(run.endpoint).createContainer({
    Image: run.image,
    Entrypoint: [entry],
    Cmd: args,
    Labels: { ...run.labels, [BACKUP_LABEL]: run.operationId },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      Memory: 256 * MEBIBYTE,
      PidsLimit: 64,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
    },
  });
  const end = () => container.remove({ force: true, v: true }).then(undefined, gone);
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(WITHIN_MS)]);
  const abort = () => void end().catch(() => undefined);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const [out, err] = [new PassThrough(), new PassThrough()];
    container.modem.demuxStream(stream, out, err);
    stream.once("end", () => void [out.end(), err.end()]);
    stream.once("close", () => void [out.end(), err.end()]);
    await container.start();
    const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
    signal.throwIfAborted();
    const [stdout, stderr] = await Promise.all([text(out), text(err)]);
    return { code: StatusCode, stdout, stderr };
  } finally {
    signal.removeEventListener("abort", abort);
    await end();
  }
}

function gone(error: unknown): void {
  if (![404, 409].includes(dockerStatus(error) ?? 0)) throw error;
}
