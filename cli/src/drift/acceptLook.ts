import { changeDigest } from "@supalove/components/preview/changeDigest.ts";
import { CliError } from "../errors.ts";
import { isAcceptable } from "./isAcceptable.ts";
import { driftView, type LastLook } from "./lastLook.ts";

/**
 * Leaves all that the last look found as it is.
 * @param seen digest of what whoever accepts it was shown
 * @throws CliError `drift_unknown`, `drift_changed`, `drift_not_acceptable`
 */
export function acceptLook(look: LastLook | undefined, seen: string): LastLook {
  const { digest, changes } = driftView(look);
  if (look === undefined || digest === null) {
    throw new CliError("nobody has looked for drift yet (drift_unknown)", "look first: ./supalove drift");
  }
  if (digest !== seen) {
    throw new CliError(
      "the digest is not that of the last look, which found something else (drift_changed)",
      "see what it found with ./supalove drift --last, and give the digest that it shows",
    );
  }
  const refused = changes.find((change) => !change.accepted && !isAcceptable(change));
  if (refused !== undefined) {
    throw new CliError(
      `this can't be left as it is: ${refused.summary.split("\n")[0]} (drift_not_acceptable)`,
      "put it right: ./supalove up --refresh",
    );
  }
  return { ...look, accepted: changes.map(changeDigest) };
}
