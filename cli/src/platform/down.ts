import type { CliContext } from "../context.ts";
import { mustDocker } from "../docker/docker.ts";
import { lockInstance } from "./lockInstance.ts";
import { instanceContainers } from "./startContainers.ts";

/** Time that databases are given to write everything down. */
const STOP_SECONDS = 120;

/**
 * Stops all containers of an instance and keeps everything they hold. Those that write to databases go first.
 * @returns how many were stopped
 */
export async function takeDown(context: CliContext): Promise<number> {
  const lock = await lockInstance(context, "supalove down");
  try {
    const running = (await instanceContainers(context)).filter(({ State }) =>
      ["running", "restarting", "paused"].includes(State.Status),
    );
    const isDatabase = (name: string) => name.endsWith("-db");
    for (const databases of [false, true]) {
      const due = running.filter(({ Name }) => isDatabase(Name) === databases);
      if (due.length === 0) continue;
      context.terminal.info(`stopping ${due.map(({ Name }) => Name).join(", ")}`);
      await mustDocker(["stop", "--time", String(STOP_SECONDS), ...due.map(({ Id }) => Id)], {
        timeoutMs: (STOP_SECONDS + 30) * 1000,
      });
    }
    return running.length;
  } finally {
    await lock.release();
  }
}
