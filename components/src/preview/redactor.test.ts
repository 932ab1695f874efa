import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodings, Redactor } from "./redactor.ts";

const secret = fc.string({ minLength: 8, maxLength: 60, unit: "binary" }).filter((text) => text.isWellFormed());
const around = fc.string({ maxLength: 20 });

function redactorOf(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const text of secrets) redactor.add(text);
  return redactor;
}

describe("Redactor", () => {
  it("finds a secret wherever it stands, in every encoding texts hold it in", () => {
    fc.assert(
      fc.property(secret, around, around, (text, before, after) => {
        const redactor = redactorOf(text);
        const hidden = [
          (s: string) => s,
          (s: string) => JSON.stringify(s).slice(1, -1),
          (s: string) => encodeURIComponent(s),
          (s: string) => Buffer.from(s).toString("hex"),
          (s: string) => s.replaceAll("'", "''"),
        ];
        for (const encode of hidden) {
          const encoded = encode(text);
          if (encoded.length >= 6) expect(redactor.redact(`${before}${encoded}${after}`)).not.toContain(encoded);
        }
      }),
    );
  });

  it("finds a secret inside a longer text in base64, at any alignment", () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 24, maxLength: 80 }), around, around, (text, before, after) => {
        const redactor = redactorOf(text);
        for (const alphabet of ["base64", "base64url"] as const) {
          const redacted = redactor.redact(Buffer.from(before + text + after).toString(alphabet));
          expect(redacted).toContain("[secret]");
        }
      }),
    );
  });

  it("leaves texts without a secret as they are", () => {
    expect(redactorOf("correct horse").redact("relation public.t does not exist")).toBe(
      "relation public.t does not exist",
    );
  });

  it("does not blank out everything for a short or empty secret", () => {
    expect(redactorOf("", "a", "12345").redact("a 12345 b")).toBe("a 12345 b");
  });

  it("takes the longer secret first when one holds the other", () => {
    expect(redactorOf("password", "password-and-more").redact("password-and-more")).toBe("[secret]");
  });

  it("learns every text of a value", () => {
    const redactor = new Redactor();
    redactor.addAll({ a: ["first-secret", { b: "second-secret" }], c: 7, d: null });
    expect(redactor.redact("first-secret second-secret")).toBe("[secret] [secret]");
  });

  it("leaves no password in a URL, known or not, whatever stands around", () => {
    const word = fc.stringMatching(/^[^\s]{7,40}$/);
    const scheme = fc.constantFrom("postgres", "postgresql", "redis", "amqp+ssl", "https", "jdbc:postgresql");
    const login = fc.stringMatching(/^[a-z_%0-9]{0,12}$/);
    fc.assert(
      fc.property(scheme, login, word, around, around, (protocol, user, password, before, after) => {
        fc.pre(![protocol, user, before, after, "@h:5432/d?x=y"].some((text) => text.includes(password)));
        const text = `${before} "${protocol}://${user}:${password}@h:5432/d?x=y" ${after}`;
        const redacted = new Redactor().redact(text);
        expect(redacted).not.toContain(`:${password}@`);
        expect(redacted).toContain(`${protocol}://${user}:[secret]`);
        expect(new Redactor().redact(redacted)).toBe(redacted);
      }),
    );
  });

  it.each([
    [
      "error: unable to open bucket postgres://supalove_pulumi:SEKRET@control-db:5432/pulumi?sslmode=disable: failed to ping PostgreSQL: dial tcp: connect: connection refused",
      "error: unable to open bucket postgres://supalove_pulumi:[secret]@control-db:5432/pulumi?sslmode=disable: failed to ping PostgreSQL: dial tcp: connect: connection refused",
    ],
    ['parse "postgres://u:SEK/RET%@db:5432/x": invalid URL', 'parse "postgres://u:[secret]@db:5432/x": invalid URL'],
    ["postgres://u:SEK@RET@db/x", "postgres://u:[secret]@db/x"],
    ["redis://:SEKRET@cache", "redis://:[secret]@cache"],
    ["a,postgres://u:SEKRET@db,http://v:SEKRET@w", "a,postgres://u:[secret]@w"],
    ["http://gateway:8080/x did not answer me@example.com", "http://gateway:8080/x did not answer me@example.com"],
    ["at file:///app/node_modules/@prisma/client.js:12:3", "at file:///app/node_modules/@prisma/client.js:12:3"],
    ["", ""],
  ])("hides passwords of URLs in %j", (text, hidden) => {
    expect(new Redactor().redact(text)).toBe(hidden);
  });

  it("knows no needle that is empty", () => {
    fc.assert(fc.property(secret, (text) => encodings(text).every((needle) => needle.length >= 6)));
  });
});
