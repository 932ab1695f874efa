import { isFinal, QueuedRepair, RepairState } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";

/** What became of a project when everything was run again. */
export interface RepairedProject {
  readonly ref: string;
  readonly name: string;
  readonly result: "back" | "failed" | "skipped";
  /** Why it failed or was left alone. */
  readonly detail: string | null;
  /** Code of what made it fail, and what to do. */
  readonly code: string | null;
  readonly nextStep: string | null;
}

/** Runs an administrative command of the platform and gives what it printed. */
type Admin = (command: readonly string[]) => Promise<string>;

/**
 * Has every project of an instance run again, with a look at what is really there, and waits until all have ended.
 * @throws CliError when the wait is interrupted; the operations go on by themselves
 */
export async function repairProjects(
  context: Pick<CliContext, "signal" | "terminal">,
  admin: Admin,
): Promise<readonly RepairedProject[]> {
  const queued = QueuedRepair.array().parse(JSON.parse(await admin(["repair-projects"])));
  const ids = queued.flatMap(({ operation_id }) => operation_id ?? []);
  const states = new Map((await untilEnded(context, admin, ids)).map((state) => [state.operation_id, state]));
  return queued.map(({ ref, name, operation_id, skipped }): RepairedProject => {
    const nothing = { ref, name, detail: null, code: null, nextStep: null };
    if (operation_id === null) return { ...nothing, result: "skipped", detail: skipped };
    const state = states.get(operation_id);
    if (state?.project_status === "REMOVED")
      return { ...nothing, result: "skipped", detail: "it was deleted meanwhile" };
    if (state?.status === "succeeded") return { ...nothing, result: "back" };
    const { error } = state ?? { error: null };
    return {
      ...nothing,
      result: "failed",
      detail: error?.message ?? `its operation ${operation_id} was ${state?.status ?? "lost"}`,
      code: error?.code ?? null,
      nextStep: error?.next_step ?? "run this again",
    };
  });
}

async function untilEnded(
  { signal, terminal }: Pick<CliContext, "signal" | "terminal">,
  admin: Admin,
  ids: readonly string[],
): Promise<readonly RepairState[]> {
  let states: readonly RepairState[] = [];
  let ended = 0;
  if (ids.length > 0) terminal.info(`projects: 0 of ${ids.length} have come to an end`);
  while (ids.length > 0) {
    try {
      const text = await admin(["repair-states", "--ended", String(ended), ...ids]);
      states = RepairState.array().parse(JSON.parse(text));
    } catch (error) {
      // Ctrl-C ends the question as well.
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) {
      throw new CliError(
        "stopped; the projects go on coming back by themselves",
        "./supalove up --all waits for them",
        {
          exitCode: 130,
        },
      );
    }
    const now = states.filter(({ status }) => isFinal(status)).length;
    if (now > ended) terminal.info(`projects: ${now} of ${ids.length} have come to an end`);
    ended = now;
    if (ended === states.length) break;
  }
  return states;
}
