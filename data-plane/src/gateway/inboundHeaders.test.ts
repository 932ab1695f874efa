import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInboundHeaders } from "./inboundHeaders.ts";

const names = (list: readonly string[]) => list.filter((_, index) => index % 2 === 0);

describe("readInboundHeaders", () => {
  it("keeps end-to-end headers and drops what only the gateway may say", () => {
    const read = readInboundHeaders([
      "Host", "h", "Prefer", "return=minimal", "Prefer", "count=exact", "X-Forwarded-For", "6.6.6.6", "Forwarded", "for=6.6.6.6",
      "Connection", "keep-alive, Upgrade", "Keep-Alive", "timeout=5", "TE", "trailers", "Transfer-Encoding", "chunked",
      "apikey", "k", "Authorization", "Bearer t", "X-Project-Id", "p", "sb-api-key", "forged", "X-Real-Ip", "6.6.6.6",
    ]); // biome-ignore format: pairs
    expect(read).toMatchObject({ host: "h", apikey: "k", authorization: "Bearer t", projectId: "p", chunked: true });
    expect(read.forward).toEqual(["prefer", "return=minimal", "prefer", "count=exact"]);
  });

  it.each(["Host", "apikey", "Authorization", "X-Project-Id", "content-length"])("refuses %s twice", (name) => {
    expect(() => readInboundHeaders([name, "a", name.toUpperCase(), "a"])).toThrow("sent twice");
  });

  it("refuses a Connection header that names an end-to-end header", () => {
    for (const value of ["authorization", "keep-alive, X-Project-Id", "apikey", "close,content-profile"]) {
      expect(() => readInboundHeaders(["Connection", value])).toThrow("hop-by-hop");
    }
  });

  it("takes a plain request id and makes one otherwise", () => {
    expect(readInboundHeaders(["X-Request-Id", "req-12345678"]).requestId).toBe("req-12345678");
    for (const bad of ["short", "x".repeat(101), "a b c d e f g h", 'a"quoted"id', "ä".repeat(10), "-leading-dash"]) {
      expect(readInboundHeaders(["X-Request-Id", bad]).requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("forwards no credential and no forwarding header, in whatever case", () => {
    const secret = fc.constantFrom(
      "apikey",
      "authorization",
      "x-project-id",
      "x-forwarded-host",
      "x-forwarded-for",
      "te",
      "expect",
    );
    const cased = secret.chain((name) =>
      fc
        .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
        .map((up) => [...name].map((c, i) => (up[i] ? c.toUpperCase() : c)).join("")),
    );
    fc.assert(
      fc.property(fc.uniqueArray(cased, { selector: (name) => name.toLowerCase() }), (list) => {
        const read = readInboundHeaders(list.flatMap((name) => [name, "v"]));
        expect(names(read.forward)).toEqual([]);
      }),
    );
  });
});
