import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, chmod, link, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { platformName } from "@supalove/contracts";
import type { Backup } from "@supalove/contracts/api/index.ts";
import type { CliContext } from "../context.ts";
import { docker, dockerError } from "../docker/docker.ts";
import { CliError, codeOf } from "../errors.ts";

/** Where the runner keeps them. */
const FOLDER = "/var/lib/supalove/backups";
/** Copying may take as long as it takes. */
const PATIENCE_MS = 24 * 3_600_000;

/**
 * Copies a backup out of the runner's container and sees that it is the one that was written; only then it gets its name.
 * @throws CliError
 */
export async function fetchBackup(context: CliContext, backup: Backup, output: string): Promise<void> {
  const there = await access(output).then(
    () => true,
    () => false,
  );
  if (there) throw new CliError(`${output} is there already`, "name another file");
  const partial = `${output}.partial`;
  try {
    const from = `${platformName(context.instance, "runner")}:${FOLDER}/${backup.operation_id}.dump`;
    const args = ["cp", from, partial];
    const copied = await docker(args, { timeoutMs: PATIENCE_MS, signal: context.signal });
    if (copied.code !== 0) throw dockerError(args, copied);
    await chmod(partial, 0o600);
    const hash = createHash("sha256");
    await pipeline(createReadStream(partial), hash);
    if (hash.digest("hex") !== backup.sha256) {
      throw new CliError("the file is not what was written: its digest differs", "look for a failing disk");
    }
    await link(partial, output);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw new CliError(`${output} is there already`, "name another file");
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}
