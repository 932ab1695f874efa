import { Digest, type PlannedChange } from "@supalove/contracts/api/index.ts";
import { CliError } from "../errors.ts";

/** What an `up` would do, as `up --preview --json` prints it. */
export interface BasePlan {
  readonly digest: string;
  /** What `--confirm` must say to do it: the instance's name where data is lost for good, else null. */
  readonly confirm: string | null;
  readonly changes: readonly PlannedChange[];
}

/** A plan that somebody looked at and wants done. */
export interface Pinned {
  readonly digest: string;
  readonly confirm: string | undefined;
}

/** A digest that was typed. @throws CliError for one that can't be any plan's or look's */
export function parseDigest(text: string): string {
  const parsed = Digest.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(parsed.error.issues[0]?.message ?? "that is no digest", "copy it from where it was shown");
}

const upCommand = (refresh: boolean) => `./supalove up${refresh ? " --refresh" : ""}`;

/** The command that does exactly what a plan shows. */
export function pinnedCommand({ digest, confirm }: BasePlan, refresh: boolean): string {
  return `${upCommand(refresh)} --digest ${digest}${confirm === null ? "" : ` --confirm ${confirm}`}`;
}

/** Something else would happen than somebody looked at. */
export function previewStale(refresh: boolean, reason = "something else would happen now than the preview showed") {
  return new CliError(
    `${reason}; nothing was changed (preview_stale)`,
    `look again with ${upCommand(refresh)} --preview, and use the digest that it shows; ` +
      "one that was made with --refresh goes with --refresh",
  );
}

/**
 * Right before an `up`: goes on only if exactly what somebody looked at would happen.
 * @param plan what would happen now
 * @throws CliError `preview_stale`, `confirmation_required`
 */
export function requirePinned(plan: BasePlan, { digest, confirm }: Pinned, refresh: boolean): void {
  if (plan.digest !== digest) throw previewStale(refresh);
  if (plan.confirm === null || plan.confirm === confirm) return;
  throw new CliError(
    "this deletes data for good, and --confirm does not say the instance's name; nothing was changed (confirmation_required)",
    `if you mean it: ${pinnedCommand(plan, refresh)}`,
  );
}
