import { PLANNED_ACTS } from "@supalove/components/preview/changeWords.ts";
import { OperationError, OperationEvent, Place, ProjectOutputs, ProjectSpec } from "@supalove/contracts";
import { PlannedChange } from "@supalove/contracts/api/previews.ts";
import { z } from "zod";

/*
 * What the runner and its engine process say to each other. Both sides parse what they hear: a message of another version
 * is an error, not a guess.
 */

/**
 * What the runner knows of the stack before it begins: `new` saves a start of the CLI that asks, `unknown` is for after a
 * crash.
 */
export const StackPresence = z.enum(["new", "existing", "unknown"]);
export type StackPresence = z.infer<typeof StackPresence>;

const target = {
  spec: ProjectSpec,
  /** Where the project lives; of the kind that its plan asks for. */
  place: Place,
  presence: StackPresence,
  /** An earlier run of this stack was cut off: its lock is taken away and pending creates are cleared first. */
  recover: z.boolean(),
  /** Secrets that must not appear in events, known before the engine starts. */
  secrets: z.array(z.string()),
};

/**
 * The project was ready once, so a server must have its data volume: made anew it would be empty, and nobody would be told.
 */
const holdsData = z.boolean();

export const EngineCommand = z.discriminatedUnion("action", [
  /** `refresh`: looks at the real resources first, so that what differs from the state is put right as well. */
  z.object({ action: z.literal("up"), refresh: z.boolean(), holdsData, ...target }),
  /** Unprotects and destroys everything, then forgets the stack. One that does not exist counts as destroyed. */
  z.object({ action: z.literal("destroy"), ...target }),
  /** Finds out what a run would do and changes nothing at all: not the stack's state, and no stack comes to be by it. */
  z.object({
    action: z.literal("preview"),
    kind: z.enum(PLANNED_ACTS),
    refresh: z.boolean(),
    holdsData,
    ...target,
  }),
]);
export type EngineCommand = z.infer<typeof EngineCommand>;

export const EngineOutcome = z.discriminatedUnion("status", [
  z.object({ status: z.literal("succeeded"), outputs: ProjectOutputs.nullable() }),
  z.object({ status: z.literal("previewed"), changes: z.array(PlannedChange) }),
  z.object({ status: z.literal("failed"), error: OperationError }),
  /** Stopped on request, cleanly: no lock and nothing pending is left. */
  z.object({ status: z.literal("aborted") }),
]);
export type EngineOutcome = z.infer<typeof EngineOutcome>;

/** From the runner to the engine process. */
export const ToEngine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), command: EngineCommand }),
  z.object({ type: z.literal("abort") }),
  /** Answer to `fence`: whether the engine may be started. */
  z.object({ type: z.literal("fence"), open: z.boolean() }),
]);
export type ToEngine = z.infer<typeof ToEngine>;

/** From the engine process to the runner. */
export const FromEngine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  /** Asks, right before each start of the engine, whether this run still holds its lease. */
  z.object({ type: z.literal("fence") }),
  z.object({ type: z.literal("event"), event: OperationEvent }),
  z.object({ type: z.literal("outcome"), outcome: EngineOutcome }),
]);
export type FromEngine = z.infer<typeof FromEngine>;
