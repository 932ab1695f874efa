import { describe, expect, it } from "vitest";
import { previewRequest } from "./preview.ts";

describe("previewRequest", () => {
  it.each([
    [undefined, { create: "a" }, "/v1/previews", { name: "a", plan: "shared" }],
    [undefined, { create: "a", size: "small" }, "/v1/previews", { name: "a", plan: "shared", size: "small" }],
    ["ref", {}, "/v1/projects/ref/previews", {}],
    ["ref", { size: "small", name: "b" }, "/v1/projects/ref/previews", { size: "small", name: "b" }],
    ["ref", { extension: ["hstore"] }, "/v1/projects/ref/previews", { extensions: ["hstore"] }],
    ["ref", { refresh: true }, "/v1/projects/ref/previews", { refresh: true }],
    ["ref", { delete: true }, "/v1/projects/ref/previews", { delete: true }],
    ["ref", { delete: true, backup: false }, "/v1/projects/ref/previews", { delete: true, backup: false }],
    ["ref", { rotateKeys: true as const }, "/v1/projects/ref/previews", { rotate_keys: {} }],
    ["ref", { rotateKeys: "7d" }, "/v1/projects/ref/previews", { rotate_keys: { overlap_hours: 168 } }],
    [
      "ref",
      { endOverlap: true, rotatePasswords: true },
      "/v1/projects/ref/previews",
      { end_key_overlap: true, rotate_passwords: true },
    ],
    ["ref", { pause: true }, "/v1/projects/ref/previews", { pause: true }],
    ["ref", { resume: true }, "/v1/projects/ref/previews", { resume: true }],
    ["ref", { restart: "rest" }, "/v1/projects/ref/previews", { restart: "rest" }],
    ["a/b", {}, "/v1/projects/a%2Fb/previews", {}],
  ])("asks for %j with %j", (ref, options, path, body) => {
    expect(previewRequest(ref, options)).toEqual({ path, body });
  });

  it.each([
    [undefined, {}],
    ["ref", { create: "a" }],
    [undefined, { create: "a", delete: true }],
    [undefined, { create: "a", name: "b" }],
    ["ref", { delete: true, size: "small" }],
    ["ref", { plan: "shared" }],
    ["ref", { rotateKeys: "soon" }],
    ["ref", { delete: true, rotatePasswords: true }],
    [undefined, { create: "a", rotateKeys: true as const }],
    ["ref", { size: "small", backup: false }],
    ["ref", { pause: true, size: "small" }],
    ["ref", { pause: true, resume: true }],
    ["ref", { restart: "rest", refresh: true }],
    [undefined, { create: "a", pause: true }],
  ])("refuses %j with %j in words", (ref, options) => {
    expect(() => previewRequest(ref, options)).toThrow(/./);
  });
});
