import type { OperationError } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/previews.ts";

/** A project that was ready once has lost its data: made anew it would be empty, and nobody would be told. */
export class DataMissing extends Error {
  override readonly name = "DataMissing";
  /** What the operation says of it. */
  readonly error: OperationError;

  constructor(error: OperationError) {
    super(error.message);
    this.error = error;
  }
}

/** What holds a project's data, and the words for its loss. */
const HOLDERS: Readonly<Record<string, string>> = {
  "docker:index/volume:Volume": "the volume with the project's data is gone, and all its data with it",
  "postgresql:index/database:Database": "the project's database is gone, and all its data with it",
};

/** The changes of a look that found the data gone: the engine would make a new, empty place for it, which for people is a loss. */
export const tellLostData = (changes: readonly PlannedChange[]): PlannedChange[] =>
  changes.map((change) => {
    const summary = change.op === "create" ? HOLDERS[change.type] : undefined;
    return summary === undefined ? change : { ...change, destructive: true, summary };
  });
