import { CompactEncrypt, compactDecrypt } from "jose";
import { z } from "zod";

/**
 * Keys that secrets are sealed with: one current key, older ones kept for reading until everything is re-sealed.
 * Each key is 32 random bytes in base64url.
 */
export const Keyring = z
  .object({ current: z.string().min(1), keys: z.record(z.string(), z.string().length(43)) })
  .refine((ring) => ring.current in ring.keys, "the current key id has no key");
export type Keyring = z.infer<typeof Keyring>;

/** Keyring as it stands in an environment variable: JSON. */
export const KeyringFromEnv = z.string().transform((text, ctx) => {
  try {
    return Keyring.parse(JSON.parse(text));
  } catch {
    ctx.addIssue({ code: "custom", message: "not a keyring: JSON {current, keys: {id: base64url of 32 bytes}}" });
    return z.NEVER;
  }
});

/** A sealed text could not be opened: unknown key id, altered text, or sealed for another place. Carries no secret. */
export class SealedSecretError extends Error {
  override readonly name = "SealedSecretError";
}

const bytes = (key: string) => new Uint8Array(Buffer.from(key, "base64url"));

/**
 * Envelope encryption as a compact JWE (RFC 7516): a fresh content key per text, AES-256-GCM, wrapped by the keyring's
 * current key, whose id stands in the header.
 * @param context where the text belongs (table, row, column); opening it anywhere else fails, so rows can't be swapped
 */
export async function sealSecret(ring: Keyring, context: string, plain: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(plain))
    .setProtectedHeader({ alg: "A256GCMKW", enc: "A256GCM", kid: ring.current, ctx: context })
    .encrypt(bytes(ring.keys[ring.current] as string));
}

/** Opens what {@link sealSecret} sealed for the same context. @throws SealedSecretError */
export async function openSecret(ring: Keyring, context: string, sealed: string): Promise<string> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      sealed,
      (header) => {
        const key = ring.keys[header.kid ?? ""];
        if (key === undefined) throw new SealedSecretError(`no key with id ${header.kid}`);
        return bytes(key);
      },
      { keyManagementAlgorithms: ["A256GCMKW"], contentEncryptionAlgorithms: ["A256GCM"] },
    );
    if (protectedHeader["ctx"] !== context) throw new SealedSecretError("sealed for another place");
    return new TextDecoder().decode(plaintext);
  } catch (cause) {
    if (cause instanceof SealedSecretError) throw cause;
    throw new SealedSecretError("the sealed text does not open with this key", { cause });
  }
}

/** Key id that a sealed text was sealed with; for rotation. */
export function sealedWith(sealed: string): string | undefined {
  const header = JSON.parse(Buffer.from(sealed.split(".")[0] ?? "", "base64url").toString("utf8")) as { kid?: string };
  return header.kid;
}
