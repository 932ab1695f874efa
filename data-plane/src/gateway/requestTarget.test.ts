import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRequestTarget } from "./requestTarget.ts";

const code = (raw: string) => {
  try {
    parseRequestTarget(raw);
    return "taken";
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("parseRequestTarget", () => {
  it("splits path and query as they are", () => {
    expect(parseRequestTarget("/rest/v1/t?select=a%2Fb&x=..//")).toEqual({
      path: "/rest/v1/t",
      search: "?select=a%2Fb&x=..//",
    });
    expect(parseRequestTarget("/rest/v1/My%20Table")).toEqual({ path: "/rest/v1/My%20Table", search: "" });
    expect(parseRequestTarget("/rest/v1/a.b/.c/d..e")).toEqual({ path: "/rest/v1/a.b/.c/d..e", search: "" });
    expect(parseRequestTarget("/t%C3%A9?")).toEqual({ path: "/t%C3%A9", search: "?" });
  });

  it.each([
    "", "*", "rest", "http://host/rest/v1/t", "//host/rest", "/a//b", "/a/../b", "/a/./b", "/..", "/.", "/a/..", "/a/.?x=1",
    "/a\\b", "/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/%2e%2e/b", "/.%2E/b", "/a%00", "/a%0d%0aX: y", "/a%1fb", "/a%7f",
    "/a%", "/a%4", "/a%zz", "/a%4g", "/a#b", "/a\tb", "/ä", "/a b",
  ])("refuses %j", (raw) => {
    expect(code(raw)).toBe("bad_request_target");
  }); // biome-ignore format: a list

  it("takes nothing that decodes or normalises to another path", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "/",
        ".",
        "..",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "\\",
        "%",
        "%25",
        ";",
        "a",
        "rest",
        "v1",
        "?",
        "#",
        "%00",
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const raw = `/${pieces.join("")}`;
        if (code(raw) !== "taken") return;
        const { path, search } = parseRequestTarget(raw);
        expect(path + search).toBe(raw);
        const plain = (text: string) => decodeURIComponent(text.replace(/%[89a-f][0-9a-f]/gi, "x"));
        const decoded = plain(path);
        // What another reader of URLs would make of it is the same path.
        expect(plain(new URL(path, "http://h").pathname)).toBe(decoded);
        expect(decoded.split("/").length).toBe(path.split("/").length);
        expect(decoded.split("/")).not.toContain("..");
        expect(decoded).not.toContain("\\");
      }),
      { numRuns: 5_000 },
    );
  });
});
