import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
const PATIENCE_MS = 20_000;

/** Waits until something is so. @throws when it does not become so in time */
export async function sleepUntil(
  condition: () => Promise<boolean> | boolean,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  for (const deadline = performance.now() + patienceMs; !(await condition()); await sleep(POLL_MS)) {
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs} ms in vain until ${what}`);
  }
}

/** Something that is waited for and happens when the test says so. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
