import { setTimeout as sleep } from "node:timers/promises";
import type { EngineSettings } from "./engineSettings.ts";
import { findPulumi } from "./openStack.ts";
import { type EngineCommand, type FromEngine, ToEngine } from "./protocol.ts";
import { runCommand } from "./runCommand.ts";

/** After the runner is gone: time for the engine to stop cleanly before this process ends with all it started. */
const ORPHAN_GRACE_MS = 5_000;

/** Takes commands from the runner over the process's message channel, one after the other. */
export async function serveEngine(settings: EngineSettings): Promise<void> {
  const aborted = new AbortController();
  const fences: ((open: boolean) => void)[] = [];
  const send = (message: FromEngine) => {
    if (process.connected) process.send?.(message);
  };
  const fence = () =>
    new Promise<boolean>((resolve) => {
      fences.push(resolve);
      send({ type: "fence" });
    });
  const pulumi = await findPulumi(settings);
  const run = async (command: EngineCommand) => {
    const context = {
      settings,
      pulumi,
      signal: aborted.signal,
      fence,
      onEvent: (event: OperationEventOf) => send({ type: "event", event }),
    };
    send({ type: "outcome", outcome: await runCommand(command, context) });
  };
  process.on("message", (raw) => {
    const message = ToEngine.parse(raw);
    if (message.type === "run") void run(message.command);
    else if (message.type === "abort") aborted.abort();
    else fences.shift()?.(message.open);
  });
  process.on("disconnect", () => {
    aborted.abort();
    void sleep(ORPHAN_GRACE_MS).then(() => endOwnSession());
  });
  send({ type: "ready" });
}

type OperationEventOf = Extract<FromEngine, { type: "event" }>["event"];

/** This process leads its group; what the group holds ends with it. */
function endOwnSession(): void {
  process.kill(-process.pid, "SIGKILL");
}
