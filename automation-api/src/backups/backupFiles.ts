import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";

const PARTIAL = ".partial";
const DUMP = ".dump";

/** A file's size and digest, as it was written. */
export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Name of a backup's file, by the operation that took it. */
export const backupFile = (operationId: string) => `${operationId}${DUMP}`;

/** A file on its way: under a name of its own, so that a run that was taken over can't write into its successor's. */
export class PartialFile {
  readonly path: string;
  readonly #folder: string;
  readonly #operationId: string;

  constructor(folder: string, operationId: string, id: string) {
    this.#folder = folder;
    this.#operationId = operationId;
    this.path = join(folder, `${operationId}.${id}${PARTIAL}`);
  }

  /** Has it written by somebody, and sees that it is on the disk. */
  async write<T>(fill: (output: Writable) => Promise<T>): Promise<WrittenFile & { readonly result: T }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = await open(this.path, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      let bytes = 0;
      const output = new Writable({
        write(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          bytes += chunk.length;
          writeAll(file, chunk).then(() => done(), done);
        },
      });
      const result = await fill(output);
      await file.sync();
      return { bytes, sha256: hash.digest("hex"), result };
    } finally {
      await file.close();
    }
  }

  /** Reads it from the disk. @throws when it ends as something else than what was written */
  async *read({ bytes, sha256 }: WrittenFile): AsyncGenerator<Uint8Array> {
    const hash = createHash("sha256");
    let read = 0;
    for await (const chunk of createReadStream(this.path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      read += chunk.length;
      yield chunk;
    }
    if (read !== bytes || hash.digest("hex") !== sha256) throw new FileAltered(`${this.path} is not what was written`);
  }

  /** Gives it the name under which it counts. */
  async finish(): Promise<void> {
    await rename(this.path, join(this.#folder, backupFile(this.#operationId)));
    const folder = await open(this.#folder, "r");
    await folder.sync().finally(() => folder.close());
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/** A file reads differently from how it was written. */
export class FileAltered extends Error {
  override readonly name = "FileAltered";
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
}

/** Files of the folder by the operations they belong to. */
export async function listBackupFiles(
  folder: string,
): Promise<readonly { readonly name: string; readonly operationId: string; readonly partial: boolean }[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(PARTIAL) || name.endsWith(DUMP))
    .map((name) => ({ name, operationId: name.split(".")[0] ?? "", partial: name.endsWith(PARTIAL) }));
}

export const removeBackupFile = (folder: string, name: string) => rm(join(folder, name), { force: true });
