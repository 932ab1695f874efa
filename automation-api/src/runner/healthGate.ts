import { setTimeout as sleep } from "node:timers/promises";
import { STACK_SERVICES, type StackService } from "@supalove/contracts";
import type { StackContainer } from "@supalove/contracts/api/index.ts";
import type { EngineInput, ProjectFacts } from "./projectSpec.ts";
import type { Run } from "./run.ts";
import { SERVICE_WORDS } from "./serviceWords.ts";
import { stackFault } from "./stackFault.ts";
import { watchedStack } from "./watchedStack.ts";

/** A new container that ended this often does not become healthy: its pauses between the starts grow. */
const MAX_RESTARTS = 5;

export interface Gate {
  readonly project: ProjectFacts;
  readonly input: EngineInput;
  /** Services whose containers are new: their restarts count. */
  readonly fresh: readonly StackService[];
  readonly anonKey: string;
  /** Ends the wait early. */
  readonly signal: AbortSignal;
}

/**
 * Waits until a project is well: every container healthy and staying so, the database answering its own login, a request
 * answered through the gateway.
 * @returns what is wrong when the time is up, as "Postgres is unhealthy"; undefined when all is well, or the signal came
 */
export async function healthGate(run: Run, gate: Gate): Promise<string | undefined> {
  const fault = await containersFault(run, gate);
  if (fault !== undefined || gate.signal.aborted) return fault;
  return (await databaseFault(run, gate)) ?? (await smokeFault(run, gate));
}

/**
 * The part of it that looks at containers.
 * @param only services that are looked at; all of them by default
 */
export async function containersFault(
  run: Run,
  gate: Omit<Gate, "input" | "anonKey">,
  only: readonly StackService[] = STACK_SERVICES,
): Promise<string | undefined> {
  const { stacks, health } = run.services;
  const what = only.length === 1 ? only.map((service) => SERVICE_WORDS[service]).join("") : "every container";
  run.journal.phase("health", `Waiting until ${what} is healthy (${health.withinMs / 1000} s at most)`);
  const stack = await watchedStack(run.services, gate.project);
  const deadline = performance.now() + health.withinMs;
  let illSince = performance.now();
  let well: { readonly since: number; readonly started: string } | undefined;
  for (;;) {
    const all = await stacks.look(stack).catch((error: unknown) => {
      // It may answer again before the time is up.
      run.services.logger.warn({ err: error }, "the containers of a changed project could not be looked at");
      return undefined;
    });
    const containers = all?.filter(({ service }) => only.includes(service));
    if (gate.signal.aborted) return undefined;
    const fault = containers === undefined ? "its server does not answer" : stackFault(containers);
    const started = (containers ?? []).map(({ started_at }) => started_at).join();
    const now = performance.now();
    if (fault !== undefined || well?.started !== started)
      well = fault === undefined ? { since: now, started } : undefined;
    if (well !== undefined && now - well.since >= health.staysMs) return undefined;
    const hopeless = endingAgain(containers ?? [], gate.fresh);
    if (hopeless !== undefined) return hopeless;
    if (!isIll(containers ?? [], gate.fresh)) illSince = now;
    else if (now - illSince > health.illMs) return fault;
    if (now > deadline) return `after ${health.withinMs / 1000} s ${fault ?? "the containers still start anew"}`;
    await sleep(health.pauseMs, undefined, { signal: gate.signal }).catch(() => undefined);
  }
}

const isIll = (containers: readonly StackContainer[], fresh: readonly StackService[]) =>
  containers.some(({ service, state }) => fresh.includes(service) && state === "unhealthy");

function endingAgain(containers: readonly StackContainer[], fresh: readonly StackService[]): string | undefined {
  const found = containers.find(({ service, restarts }) => fresh.includes(service) && restarts >= MAX_RESTARTS);
  return found && `${SERVICE_WORDS[found.service]} ends again and again right after its start`;
}

async function databaseFault({ services }: Run, { project, input, signal }: Gate): Promise<string | undefined> {
  if (input.place.kind !== "server") throw new Error(`project ${project.ref} is on no server`);
  try {
    await services.images.database(
      { ref: project.ref, place: input.place },
      input.secrets.owner_password ?? "",
      signal,
    );
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    services.logger.warn({ err: error }, "the database does not answer");
    return "the database does not answer the project's own login";
  }
}

async function smokeFault(run: Run, { project, anonKey, signal }: Gate): Promise<string | undefined> {
  run.journal.phase("smoke", "Asking for the project through the gateway");
  const fault = await run.services.smoke(project, anonKey, signal);
  return signal.aborted ? undefined : fault;
}
