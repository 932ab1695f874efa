import type { OperationEvent } from "@supalove/contracts";
import type { EngineCommand, EngineOutcome } from "./protocol.ts";

/** Where an engine runs, so that a successor can end what a dead runner left behind. */
export interface EngineIdentity {
  /** Host and process namespace. */
  readonly host: string;
  /** Session id of the engine process and all its descendants. */
  readonly session: number;
  /** Start time of the session's leader in clock ticks since boot: tells it from a later process of the same number. */
  readonly startedAt: bigint;
}

export interface EngineHooks {
  /** Asked right before each start of the engine; false stops the run. */
  readonly fence: () => Promise<boolean>;
  readonly onEvent: (event: OperationEvent) => void;
}

/** One engine process, for one operation. */
export interface EngineSession {
  readonly identity: EngineIdentity;
  /** Runs one command. Rejects when the process dies; every other outcome is a value. */
  run(command: EngineCommand, hooks: EngineHooks): Promise<EngineOutcome>;
  /** Asks the running command to stop cleanly. */
  abort(): void;
  /** Ends the process and everything it started. */
  close(): Promise<void>;
}

/** The engine as the runner sees it. */
export interface EnginePort {
  /** Hands out a process that is ready to run. */
  open(): Promise<EngineSession>;
  /** Ends what is left of an engine of this host; one of another host is not there any more or can't be reached. */
  endLeftovers(identity: EngineIdentity): Promise<void>;
  /** Ends all processes that wait for work. */
  close(): Promise<void>;
}

/** The engine process died before it gave an outcome. */
export class EngineDied extends Error {
  override readonly name = "EngineDied";
}
