import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveTenant, type TenantHints } from "./resolveTenant.ts";

const A = "a".repeat(20);
const B = "b".repeat(20);
const DOMAIN = "localhost";
const hints = (some: Partial<TenantHints>): TenantHints => ({
  path: "/rest/v1/t",
  host: "localhost",
  projectId: undefined,
  ...some,
});
const code = (some: Partial<TenantHints>) => {
  try {
    return resolveTenant(hints(some), DOMAIN).ref;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("resolveTenant", () => {
  it("knows a project by path, by header and by subdomain", () => {
    expect(resolveTenant(hints({ path: `/projects/${A}/rest/v1/t` }), DOMAIN)).toEqual({
      ref: A,
      path: "/rest/v1/t",
      prefix: `/projects/${A}`,
    });
    expect(resolveTenant(hints({ projectId: A }), DOMAIN)).toEqual({ ref: A, path: "/rest/v1/t", prefix: "" });
    for (const host of [
      `${A}.localhost`,
      `${A}.localhost:8080`,
      `${A.toUpperCase()}.LocalHost:8080`,
      `${A}.localhost.:80`,
    ]) {
      expect(resolveTenant(hints({ host }), DOMAIN)).toEqual({ ref: A, path: "/rest/v1/t", prefix: "" });
    }
    expect(resolveTenant(hints({ path: `/projects/${A}` }), DOMAIN).path).toBe("/");
  });

  it("takes two that agree and refuses two that disagree", () => {
    expect(code({ path: `/projects/${A}/x`, projectId: A, host: `${A}.localhost` })).toBe(A);
    expect(code({ path: `/projects/${A}/x`, projectId: B })).toBe("ambiguous_request");
    expect(code({ path: `/projects/${A}/x`, host: `${B}.localhost` })).toBe("ambiguous_request");
    expect(code({ projectId: A, host: `${B}.localhost` })).toBe("ambiguous_request");
  });

  it.each([
    [{ path: "/projects/abc123/rest/v1/t" }, "project_not_found"],
    [{ path: `/projects/${A.toUpperCase()}/x` }, "project_not_found"],
    [{ path: "/projects//x" }, "project_not_found"],
    [{ path: `/projects/${A}x/rest` }, "project_not_found"],
    [{ path: "/rest/v1/t" }, "project_not_found"],
    [{ host: undefined }, "project_not_found"],
    [{ host: `x.${A}.localhost` }, "project_not_found"],
    [{ host: `${A}.example.com` }, "project_not_found"],
    [{ host: `${A}localhost` }, "project_not_found"],
    [{ host: "[::1]:8080" }, "project_not_found"],
    [{ projectId: "" }, "invalid_project_ref"],
    [{ projectId: `${A}, ${A}` }, "invalid_project_ref"],
    [{ projectId: ` ${A}` }, "invalid_project_ref"],
    [{ host: `${A}.localhost/x` }, "ambiguous_request"],
    [{ host: `user@${A}.localhost` }, "ambiguous_request"],
    [{ host: `${A}.localhost, evil` }, "ambiguous_request"],
    [{ host: "" }, "ambiguous_request"],
    [{ host: `${A}.localhost:` }, "ambiguous_request"],
    [{ host: "a..localhost" }, "ambiguous_request"],
  ] as const)("answers %j with %s", (some, expected) => {
    expect(code(some)).toBe(expected);
  });

  it("never takes a ref that the request does not name, whatever else it holds", () => {
    const ref = fc.constantFrom(A, B, "x", "", A.slice(1));
    fc.assert(
      fc.property(ref, ref, ref, fc.boolean(), fc.boolean(), fc.boolean(), (inPath, inHost, inHeader, p, h, x) => {
        const result = code({
          path: p ? `/projects/${inPath}/rest/v1/t` : "/rest/v1/t",
          host: h ? `${inHost}.localhost` : "localhost",
          projectId: x ? inHeader : undefined,
        });
        const named = [p && inPath, h && inHost, x && inHeader].filter((each) => each === A || each === B);
        if (result === A || result === B) expect(new Set(named)).toEqual(new Set([result]));
      }),
    );
  });
});
