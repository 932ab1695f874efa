import { z } from "zod";
import { OperationError } from "../operations.ts";
import { Digest, OperationId, Timestamp } from "./common.ts";
import { PlannedChange } from "./previews.ts";

/** A difference that a look found; `detailed` has what is as `before`, what should be as `after`. */
export const DriftChange = PlannedChange.extend({
  accepted: z.boolean().meta({ description: "known and left as it is; no longer counts as drift" }),
}).meta({ id: "DriftChange" });
export type DriftChange = z.infer<typeof DriftChange>;

/** `GET /v1/projects/{ref}/drift`: what the last look found. A look never changes anything, not even the state. */
export const Drift = z
  .object({
    checked_at: Timestamp.nullable().meta({ description: "null before the first look" }),
    digest: Digest.nullable().meta({
      description: "stands for what was found, whether accepted or not; null before the first look",
    }),
    drifted: z.boolean(),
    summary: z.string().meta({ description: "in plain words, one sentence a line" }),
    changes: z.array(DriftChange),
    operation_id: OperationId.nullable().meta({ description: "the last look, or the one under way" }),
    checking: z.boolean().meta({ description: "a look is under way" }),
    error: OperationError.nullable().meta({ description: "why the last look failed; the rest is older then" }),
  })
  .meta({ id: "Drift" });
export type Drift = z.infer<typeof Drift>;

/** `POST /v1/projects/{ref}/drift/accept`: what was looked at is what is accepted. */
export const AcceptDriftBody = z
  .strictObject({ digest: Digest.meta({ description: "`digest` of the drift as it was looked at" }) })
  .meta({ id: "AcceptDrift" });
