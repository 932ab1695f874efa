import { createHash } from "node:crypto";

/** Random characters in an opaque key; letters and digits are 131 bits. */
export const OPAQUE_KEY_RANDOM = 22;
const CHECKSUM_CHARACTERS = 8;

export type OpaqueKeyKind = "publishable" | "secret";

/**
 * A key in Supabase's newer format, `sb_<kind>_<random>_<checksum>`. The checksum covers the ref: a key of another project or
 * one with a typing error is refused without a look-up.
 */
export function opaqueKey(ref: string, kind: OpaqueKeyKind, random: string): string {
  if (random.length !== OPAQUE_KEY_RANDOM) {
    throw new RangeError(`an opaque key needs ${OPAQUE_KEY_RANDOM} random characters`);
  }
  const body = `sb_${kind}_${random}`;
  const checksum = createHash("sha256").update(`${ref}|${body}`).digest("base64url").slice(0, CHECKSUM_CHARACTERS);
  return `${body}_${checksum}`;
}
