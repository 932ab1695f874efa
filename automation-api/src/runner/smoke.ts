import { setTimeout as sleep } from "node:timers/promises";
import { StackSettings } from "@supalove/contracts";
import { z } from "zod";
import type { ProjectFacts } from "./projectSpec.ts";

/** What of a project tells how it is asked for. */
export type SmokedProject = Pick<ProjectFacts, "ref" | "stack">;

/** A project's way through the gateway works, or in words why not. */
export type Smoke = (project: SmokedProject, anonKey: string, signal: AbortSignal) => Promise<string | undefined>;

/** Whether a project has the service REST, which can be switched off on the dedicated plan. */
export const hasRest = ({ stack }: Pick<SmokedProject, "stack">): boolean =>
  stack === null || StackSettings.parse(stack).services.includes("rest");

const ATTEMPT_TIMEOUT_MS = 5_000;
const PAUSE_MS = 60;

/** How a project's own gateway refuses; the routing gateway has no such word. */
const ServiceOff = z.object({ code: z.literal("service_off") });

/**
 * Asks the gateway for a project's REST root as an app would, until it answers: the gateway hears of a new tenant within
 * the blink of an eye and starts its PostgREST on this very request. Where REST is switched off, the project's own gateway
 * has to say so, which proves the way to it; of the database that tells nothing.
 */
export function gatewaySmoke(gatewayUrl: string, patienceMs: number): Smoke {
  return async (project, anonKey, signal) => {
    const url = new URL(`/projects/${project.ref}/rest/v1/`, gatewayUrl);
    const isWell = hasRest(project) ? isAnswered : isSwitchedOff;
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const fault = await attempt(url, anonKey, isWell, signal);
      if (fault === undefined || signal.aborted || performance.now() > deadline) return fault;
      await sleep(PAUSE_MS);
    }
  };
}

/** Takes the whole answer, so that its connection is free again. */
type Judge = (response: Response) => Promise<boolean>;

const isAnswered: Judge = async (response) => {
  await response.body?.cancel();
  return response.ok;
};

const isSwitchedOff: Judge = async (response) => {
  const body: unknown = await response.json().catch(() => undefined);
  return response.status === 503 && ServiceOff.safeParse(body).success;
};

async function attempt(url: URL, anonKey: string, isWell: Judge, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      headers: { apikey: anonKey, Authorization: `Bearer ${anonKey}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
    });
    return (await isWell(response)) ? undefined : `the gateway answered ${response.status}`;
  } catch {
    return "the gateway does not answer";
  }
}
