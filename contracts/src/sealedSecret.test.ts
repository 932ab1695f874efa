import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Keyring, KeyringFromEnv, openSecret, SealedSecretError, sealedWith, sealSecret } from "./sealedSecret.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const ring: Keyring = { current: "k2", keys: { k1: key(1), k2: key(2) } };

describe("sealed secrets", () => {
  it("gives back any text sealed for the same place, and never shows it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 4 }), fc.string(), async (plain, context) => {
        const sealed = await sealSecret(ring, context, plain);
        expect(sealed).not.toContain(plain);
        expect(await openSecret(ring, context, sealed)).toBe(plain);
      }),
      { numRuns: 50 },
    );
  });

  it("does not open in another row, with another key, or when altered", async () => {
    const sealed = await sealSecret(ring, "tenant:a", "s3cret");
    await expect(openSecret(ring, "tenant:b", sealed)).rejects.toThrow(SealedSecretError);
    await expect(openSecret({ current: "k2", keys: { k2: key(9) } }, "tenant:a", sealed)).rejects.toThrow(
      SealedSecretError,
    );
    const parts = sealed.split(".");
    parts[3] = `${parts[3]?.startsWith("A") ? "B" : "A"}${parts[3]?.slice(1)}`;
    await expect(openSecret(ring, "tenant:a", parts.join("."))).rejects.toThrow(SealedSecretError);
  });

  it("reads what an older key sealed, and says which one", async () => {
    const sealed = await sealSecret({ ...ring, current: "k1" }, "x", "old");
    expect(sealedWith(sealed)).toBe("k1");
    expect(await openSecret(ring, "x", sealed)).toBe("old");
    await expect(openSecret({ current: "k2", keys: { k2: key(2) } }, "x", sealed)).rejects.toThrow("no key with id k1");
  });

  it("refuses a keyring whose current key is missing or short", () => {
    for (const bad of [
      "",
      "{}",
      JSON.stringify({ current: "k", keys: {} }),
      JSON.stringify({ current: "k", keys: { k: "short" } }),
    ]) {
      expect(KeyringFromEnv.safeParse(bad).success).toBe(false);
    }
    expect(KeyringFromEnv.parse(JSON.stringify(ring))).toEqual(ring);
  });
});
