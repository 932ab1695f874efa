import { setTimeout as sleep } from "node:timers/promises";

/** A project's way through the gateway works, or in words why not. */
export type Smoke = (ref: string, anonKey: string, signal: AbortSignal) => Promise<string | undefined>;

const ATTEMPT_TIMEOUT_MS = 5_000;
const PAUSE_MS = 60;

/**
 * Asks the gateway for a project's REST root as an app would, until it answers: the gateway hears of a new tenant within
 * the blink of an eye and starts its PostgREST on this very request.
 */
export function gatewaySmoke(gatewayUrl: string, patienceMs: number): Smoke {
  return async (ref, anonKey, signal) => {
    const url = new URL(`/projects/${ref}/rest/v1/`, gatewayUrl);
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const fault = await attempt(url, anonKey, signal);
      if (fault === undefined || signal.aborted || performance.now() > deadline) return fault;
      await sleep(PAUSE_MS);
    }
  };
}

async function attempt(url: URL, anonKey: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      headers: { apikey: anonKey, Authorization: `Bearer ${anonKey}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `the gateway answered ${response.status}`;
  } catch {
    return "the gateway does not answer";
  }
}
