import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 500;

/**
 * Holds a lock file while something runs, so that two set-ups at once don't build the same image twice. A lock whose
 * process is gone doesn't count.
 * @param onWait called once when another process holds it
 */
export async function withLock<T>(
  file: string,
  onWait: (pid: number) => void,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  while (!(await take(file))) {
    const holder = await holderOf(file);
    if (holder === undefined) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  // Written first and linked then: a lock is never seen without its holder.
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, `${process.pid}\n`);
  try {
    await link(mine, file);
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw cause;
  } finally {
    await rm(mine, { force: true });
  }
}

/** Process that holds the lock; undefined when it has gone. */
async function holderOf(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  if (Number.isNaN(pid)) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM" ? pid : undefined;
  }
}
