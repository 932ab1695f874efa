import type { OperationError } from "@supalove/contracts";
import type { ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";
import type { EngineSession } from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import type { Operation, Preview } from "../generated/prisma/client.ts";
import type { OperationInput } from "../operations/operationInput.ts";
import type { Journal } from "./journal.ts";
import { type Lease, LeaseLost } from "./lease.ts";
import type { ProjectFacts } from "./projectSpec.ts";
import type { RunnerServices } from "./services.ts";

/** How an operation ends. */
export interface Ending {
  readonly status: "succeeded" | "failed" | "cancelled";
  readonly error?: OperationError;
  /** Left as it is when absent. Where an operation that waits has set the project's status, that one's stays. */
  readonly projectStatus?: ProjectStatus | undefined;
  /** More that is written in the same transaction. */
  readonly write?: (tx: Transaction) => Promise<void>;
}

/** The runner is going down: the operation is left to its successor. */
export class RunnerStopping extends Error {
  override readonly name = "RunnerStopping";
}

type RunParts = Pick<
  Run,
  "services" | "operation" | "input" | "project" | "preview" | "lease" | "journal" | "interrupted"
>;

/** One operation on its way: what its kind's code works with. */
export class Run {
  readonly services: RunnerServices;
  readonly operation: Operation;
  readonly input: OperationInput;
  /** Of a project to be created, whose preview this is: as it would be. */
  readonly project: ProjectFacts;
  /** The preview that this operation makes or applies. */
  readonly preview: Preview | null;
  readonly lease: Lease;
  readonly journal: Journal;
  /** An earlier run of the operation was cut off. */
  readonly interrupted: boolean;

  constructor(parts: RunParts) {
    this.services = parts.services;
    this.operation = parts.operation;
    this.input = parts.input;
    this.project = parts.project;
    this.preview = parts.preview;
    this.lease = parts.lease;
    this.journal = parts.journal;
    this.interrupted = parts.interrupted;
  }

  /** Whatever ends waiting in this run, except a wish to cancel. */
  get ended(): AbortSignal {
    return AbortSignal.any([this.lease.lost, this.services.stopping]);
  }

  /** @throws LeaseLost, RunnerStopping */
  checkEnded(): void {
    if (this.lease.lost.aborted) throw new LeaseLost(`lost ${this.operation.id}`);
    if (this.services.stopping.aborted) throw new RunnerStopping("the runner is going down");
  }

  /**
   * Runs one command in an engine process of its own, which ends with it.
   * @param cancellable whether a wish to cancel stops it: a clean-up goes on to its end
   * @throws LeaseLost, RunnerStopping, EngineDied
   */
  async engine(command: EngineCommand, cancellable: boolean): Promise<EngineOutcome> {
    const session = await this.services.engine.open();
    try {
      await this.lease.recordEngine(session.identity);
      const outcome = await this.#runIn(session, command, cancellable);
      this.checkEnded();
      return outcome;
    } finally {
      await session.close();
    }
  }

  async #runIn(session: EngineSession, command: EngineCommand, cancellable: boolean): Promise<EngineOutcome> {
    const { lost, cancelled } = this.lease;
    const stop = AbortSignal.any([this.services.stopping, ...(cancellable ? [cancelled] : [])]);
    const abort = () => session.abort();
    // Not asked to stop but ended: another runner may be about to start.
    const end = () => void session.close();
    stop.addEventListener("abort", abort, { once: true });
    lost.addEventListener("abort", end, { once: true });
    try {
      return await session.run(command, {
        fence: async () => !stop.aborted && (await this.lease.holds()),
        onEvent: (event) => this.journal.add(event),
      });
    } catch (error) {
      this.checkEnded();
      throw error;
    } finally {
      stop.removeEventListener("abort", abort);
      lost.removeEventListener("abort", end);
    }
  }
}
