import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { takeLock } from "../system/machineLock.ts";

/** Another command is at work on the instance. */
export class InstanceBusy extends CliError {}

/** Holds the instance for one run that changes it, or may not see it changed. @throws InstanceBusy */
export function lockInstance(context: CliContext, purpose: string) {
  return takeLock(context.paths.dir, purpose, (holder) => {
    throw new InstanceBusy(
      `${holder} is at work on instance ${context.instance}`,
      "wait for it to end, then run this again",
    );
  });
}
