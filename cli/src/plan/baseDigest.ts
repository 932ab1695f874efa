import { createHash, createHmac } from "node:crypto";
import { canonical, type Json } from "@supalove/components/preview/index.ts";
import type { PlannedChange } from "@supalove/contracts/api/index.ts";

/** What a plan of the platform follows from, beside its program and its state, which show in the changes. */
export interface BaseInputs {
  readonly instance: string;
  /** Made with a look at the real resources. */
  readonly refresh: boolean;
  /** The stack's settings as they stand in its file. */
  readonly settings: unknown;
  /** The instance's passphrase. Settings may be secrets, and who sees a digest is not to find them out by guessing. */
  readonly passphrase: string;
}

/** Stands for a plan of the platform and for what it follows from: the same plan has the same digest. */
export function baseDigest({ settings, passphrase, ...inputs }: BaseInputs, changes: readonly PlannedChange[]): string {
  const sealed = createHmac("sha256", passphrase)
    .update(canonical(settings as Json))
    .digest("hex");
  const text = canonical({ ...inputs, settings: sealed, changes: changes as unknown as Json });
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
