import { isFinal, QueuedRepair, RepairState } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { runAdmin } from "../http/mintToken.ts";

/** What became of a project when everything was run again. */
export interface RepairedProject {
  readonly ref: string;
  readonly name: string;
  readonly result: "back" | "failed" | "skipped";
  /** Why it failed or was left alone, and what to do. */
  readonly detail: string | null;
}

/**
 * Has every project of an instance run again, with a look at what is really there, and waits until all have ended.
 * @throws CliError when the wait is interrupted; the operations go on by themselves
 */
export async function repairProjects(context: CliContext): Promise<readonly RepairedProject[]> {
  const queued = QueuedRepair.array().parse(JSON.parse(await runAdmin(context, ["repair-projects"])));
  const ids = queued.flatMap(({ operation_id }) => operation_id ?? []);
  const states = new Map((await untilEnded(context, ids)).map((state) => [state.operation_id, state]));
  return queued.map(({ ref, name, operation_id, skipped }): RepairedProject => {
    const state = operation_id === null ? undefined : states.get(operation_id);
    if (state === undefined) return { ref, name, result: "skipped", detail: skipped };
    if (state.status === "succeeded") return { ref, name, result: "back", detail: null };
    const { error } = state;
    const detail = error === null ? `its operation was ${state.status}` : `${error.message} ${error.next_step}`;
    return { ref, name, result: "failed", detail };
  });
}

async function untilEnded(context: CliContext, ids: readonly string[]): Promise<readonly RepairState[]> {
  let states: readonly RepairState[] = [];
  let ended = 0;
  while (ids.length > 0) {
    if (context.signal.aborted) {
      throw new CliError(
        "stopped; the projects go on coming back by themselves",
        "./supalove operations list shows them",
        {
          exitCode: 130,
        },
      );
    }
    const text = await runAdmin(context, ["repair-states", "--ended", String(ended), ...ids]);
    states = RepairState.array().parse(JSON.parse(text));
    const now = states.filter(({ status }) => isFinal(status)).length;
    if (now > ended) context.terminal.info(`projects: ${now} of ${ids.length} are done`);
    ended = now;
    if (ended === states.length) break;
  }
  return states;
}
