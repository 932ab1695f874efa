import { open, readFile, rename, rm } from "node:fs/promises";
import { TenantRow } from "@supalove/contracts";
import { z } from "zod";
import type { Logger } from "../observability/logger.ts";

const Snapshot = z.object({ format: z.literal(1), rows: z.array(TenantRow) });

/**
 * The registry's rows on disk, so that a restarted gateway serves the tenants it knew even while the control database
 * is down. The tenants' secrets in it are sealed as they are in the database; nothing else in it is private.
 */
export class SnapshotFile {
  readonly #path: string;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /** The rows of the last snapshot; none when there is no file. An unreadable one counts as none and is logged. */
  async read(): Promise<TenantRow[]> {
    try {
      return Snapshot.parse(JSON.parse(await readFile(this.#path, "utf8"))).rows;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
        this.#log.warn("the tenant snapshot is unreadable and is written anew");
      }
      return [];
    }
  }

  /** Writes soon: changes that come close together cost one write. `rows` is asked when it is time. */
  schedule(rows: () => TenantRow[], delayMs = 1_000): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.write(rows()));
    }, delayMs).unref();
  }

  /** Replaces the file at once or not at all: a reader never sees half of it, a crash leaves the old one. */
  async write(rows: readonly TenantRow[]): Promise<void> {
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      const file = await open(temporary, "w", 0o600);
      try {
        await file.writeFile(JSON.stringify({ format: 1, rows }));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true });
      // Serving goes on; what is lost is the ability to restart without the control database.
      this.#log.error({ reason: String(error) }, "the tenant snapshot could not be written");
    }
  }

  async close(rows: () => TenantRow[]): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    await this.write(rows());
  }
}
