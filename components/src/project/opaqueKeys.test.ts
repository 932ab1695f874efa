import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opaqueKey } from "./opaqueKeys.ts";

const ref = fc.stringMatching(/^[a-z]{20}$/);
const random = fc.stringMatching(/^[A-Za-z0-9]{22}$/);
const kind = fc.constantFrom("publishable", "secret");

describe("opaqueKey", () => {
  it("has Supabase's format: kind, 22 characters, 8 of a checksum over ref and key", () => {
    fc.assert(
      fc.property(ref, kind, random, (project, word, text) => {
        const key = opaqueKey(project, word, text);
        const [, body = "", checksum] = /^(sb_(?:publishable|secret)_[\w-]{22})_([\w-]{8})$/.exec(key) ?? [];
        expect(body).toBe(`sb_${word}_${text}`);
        expect(createHash("sha256").update(`${project}|${body}`).digest("base64url").slice(0, 8)).toBe(checksum);
      }),
    );
  });

  it("is another one for another project", () => {
    fc.assert(
      fc.property(ref, ref, kind, random, (one, other, word, text) => {
        fc.pre(one !== other);
        expect(opaqueKey(one, word, text)).not.toBe(opaqueKey(other, word, text));
      }),
    );
  });

  it("takes no shorter and no longer text", () => {
    for (const length of [0, 21, 23]) expect(() => opaqueKey("x", "secret", "a".repeat(length))).toThrow(RangeError);
  });
});
