import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedProcess } from "./managedProcess.ts";
import type { ProcessClient } from "./processSpec.ts";

/** Time the news of a process's death may take, and an answer of one that lives. */
const NEWS_MS = 1_000;
const ASK_EVERY_MS = 50;

/**
 * Finds out whether a process that hung up on a request lives. Any answer shows that it does, and so does a slow one: a
 * connection to a dead process is refused at once.
 * @returns false when it has ended, or took no connection for a second
 */
export async function outlives<C extends ProcessClient>(process: ManagedProcess<C>): Promise<boolean> {
  const { spec, client } = process;
  const until = Date.now() + NEWS_MS;
  while (process.state === "ready" && Date.now() < until) {
    const answer = spec.probe(client).then(
      () => true,
      () => false,
    );
    const ended = process.exited.then(() => false);
    if (await Promise.race([answer, ended, sleep(NEWS_MS, true, { ref: false })])) return true;
    await Promise.race([process.exited, sleep(ASK_EVERY_MS)]);
  }
  return false;
}
