import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildContentSecurityPolicy } from "./contentSecurityPolicy.ts";
import { readLimited } from "./readLimited.ts";
import { safeReturnTo } from "./returnTo.ts";
import { isSameOrigin } from "./sameOrigin.ts";

const HOME = "http://localhost:3000";

describe("safeReturnTo", () => {
  it.each(["/projects/abc?tab=1#x", "/operations/op_1", "/platform"])("keeps %s", (path) => {
    expect(safeReturnTo(path)).toBe(path);
  });

  it.each([
    undefined,
    null,
    "",
    "/",
    "projects",
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/auth/sign-out",
    "/api/v1/projects",
    "/x/..//evil.example",
    `/${"x".repeat(3_000)}`,
  ])("sends %j home", (path) => {
    expect(safeReturnTo(path)).toBe("/projects");
  });

  it("never leaves this host, whatever is asked for", () => {
    const nasty = fc.string({ unit: fc.constantFrom("/", "\\", ".", ":", "@", "\t", "\n", "a", "%", "?", "#", "h") });
    fc.assert(
      fc.property(nasty, (rest) => {
        expect(new URL(safeReturnTo(`/${rest}`), HOME).origin).toBe(HOME);
      }),
    );
  });
});

describe("isSameOrigin", () => {
  const asked = (headers: Record<string, string>) => isSameOrigin(new Headers(headers), HOME);

  it("takes this dashboard's own pages", () => {
    expect(asked({ origin: HOME, "sec-fetch-site": "same-origin" })).toBe(true);
    // Browsers leave it out where the connection is not secure.
    expect(asked({ origin: HOME })).toBe(true);
  });

  it.each([
    {},
    { origin: "null" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { origin: "http://localhost:8080", "sec-fetch-site": "same-site" },
    { origin: "http://abcdefghijklmnopqrst.localhost:8080", "sec-fetch-site": "same-site" },
    { origin: "https://localhost:3000" },
    { origin: `${HOME}.evil.example` },
    { origin: HOME, "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ])("refuses %j", (headers) => {
    expect(asked(headers)).toBe(false);
  });
});

describe("content security policy", () => {
  const policy = buildContentSecurityPolicy({
    nonce: "bm9uY2U=",
    identityOrigin: "http://localhost:8180",
    https: false,
    development: false,
  });

  it("runs scripts by nonce alone, and lets nothing be framed", () => {
    expect(policy).toContain("script-src 'nonce-bm9uY2U=' 'strict-dynamic';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).not.toMatch(/style-src [^;]*unsafe-inline/);
  });
});

describe("readLimited", () => {
  const post = (body: string) => new Request(HOME, { method: "POST", body });

  it("reads what fits and refuses what does not", async () => {
    expect(await readLimited(post("ä".repeat(10)), 20)).toBe("ä".repeat(10));
    expect(await readLimited(post("ä".repeat(10)), 19)).toBeUndefined();
    expect(await readLimited(new Request(HOME, { method: "POST" }), 10)).toBe("");
  });

  it("does not believe a length that is told", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 5; i++) controller.enqueue(new Uint8Array(10));
        controller.close();
      },
    });
    const request = new Request(HOME, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(await readLimited(request, 30)).toBeUndefined();
  });
});
