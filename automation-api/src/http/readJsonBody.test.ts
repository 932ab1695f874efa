import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiError } from "./apiError.ts";
import { parseJson, readJsonBody } from "./readJsonBody.ts";

const JSON_TYPE = { "content-type": "application/json" };

function request(body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE): IncomingMessage {
  const bytes = Buffer.from(body);
  const stream = Readable.from(bytes.length > 0 ? [bytes.subarray(0, 1), bytes.subarray(1)] : []);
  return Object.assign(stream, {
    headers: { "content-length": String(bytes.length), ...headers },
  }) as unknown as IncomingMessage;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof ApiError ? error.code : "other"),
  );

describe("readJsonBody", () => {
  it("gives back what was sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const text = JSON.stringify(value);
        expect(await readJsonBody(request(text), 1_000_000)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("answers any bytes with a value or with an error of ours", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseJson(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_json" });
        }
      }),
    );
  });

  it("never quotes the body in its error", () => {
    expect(() => parseJson(Buffer.from('{"db_pass": "hunter2hunter2'))).toThrow(/not JSON/);
    expect(() => parseJson(Buffer.from('{"db_pass": hunter2}'))).not.toThrow(/hunter2/);
  });

  it("takes an empty body as none", async () => {
    expect(await readJsonBody(request("", {}), 10)).toBeUndefined();
  });

  it("refuses a body that is too large, declared or not", async () => {
    expect(await codeOf(readJsonBody(request("x".repeat(11)), 10))).toBe("body_too_large");
    const undeclared = request('"xxxxxxxxxxxxx"', {
      ...JSON_TYPE,
      "content-length": "0",
      "transfer-encoding": "chunked",
    });
    expect(await codeOf(readJsonBody(undeclared, 10))).toBe("body_too_large");
  });

  it.each([
    { "content-type": "text/plain" },
    { "content-type": "" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "application/jsonp" },
    { "content-type": "application/json; charset=latin1" },
    { ...JSON_TYPE, "content-encoding": "gzip" },
  ])("refuses the type %j", async (headers) => {
    expect(await codeOf(readJsonBody(request("{}", headers as Record<string, string>), 10))).toBe(
      "unsupported_media_type",
    );
  });

  it.each(["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"'])(
    "takes the type %s",
    async (type) => {
      expect(await readJsonBody(request("{}", { "content-type": type }), 10)).toEqual({});
    },
  );
});
