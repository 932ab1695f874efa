import { createHash } from "node:crypto";

/** Random bytes in an opaque key; 22 characters of base64url. */
export const OPAQUE_KEY_BYTES = 16;
const CHECKSUM_CHARACTERS = 8;

export type OpaqueKeyKind = "publishable" | "secret";

/**
 * A key in Supabase's newer format, `sb_<kind>_<random>_<checksum>`. The checksum covers the ref: a key of another project or
 * one with a typing error is refused without a look-up.
 */
export function opaqueKey(ref: string, kind: OpaqueKeyKind, random: Uint8Array): string {
  if (random.length !== OPAQUE_KEY_BYTES) throw new RangeError(`an opaque key needs ${OPAQUE_KEY_BYTES} random bytes`);
  const body = `sb_${kind}_${Buffer.from(random).toString("base64url")}`;
  const checksum = createHash("sha256").update(`${ref}|${body}`).digest("base64url").slice(0, CHECKSUM_CHARACTERS);
  return `${body}_${checksum}`;
}
