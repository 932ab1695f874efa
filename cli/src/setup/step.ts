import type { CliContext } from "../context.ts";
import type { StackConfig } from "../instance/stackConfig.ts";
import type { SetupFacts } from "./facts.ts";

/** What a step of the set-up works with. */
export interface SetupContext extends CliContext {
  readonly settings: StackConfig;
  readonly facts: SetupFacts;
  /** Folder for the log files of programs that steps run. */
  readonly logDir: string;
  /** Adds to the log of this set-up. */
  readonly log: (text: string) => void;
}

/** Work that a step found. */
export interface Work {
  /** What will be done, one line. */
  readonly what: string;
  run(report: (progress: string) => void): Promise<void>;
}

/** A part of the set-up. */
export interface SetupStep {
  readonly name: string;
  /** Steps whose work, where they have any, must be through before this one's begins. */
  readonly after: readonly string[];
  /** Looks without changing anything. @returns undefined when there is nothing to do */
  plan(context: SetupContext): Promise<Work | undefined>;
}

/** A step together with the work it found. */
export interface PlannedStep {
  readonly step: SetupStep;
  readonly work: Work;
}
