import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameKey } from "./common.ts";
import { CreateProjectBody } from "./projects.ts";

const refuses = (body: unknown) => expect(CreateProjectBody.safeParse(body).success, JSON.stringify(body)).toBe(false);

describe("CreateProjectBody", () => {
  it("needs no more than a name", () => {
    expect(CreateProjectBody.parse({ name: " my project " })).toEqual({
      name: "my project",
      plan: "shared",
      extensions: [],
    });
  });

  it("takes what Management API clients send", () => {
    const body = {
      name: "x",
      organization_slug: "default",
      db_pass: "a long password",
      region: "us-east-1",
      desired_instance_size: "small",
      kps_enabled: false,
      region_selection: { type: "specific", code: "us-east-1" },
    };
    expect(CreateProjectBody.safeParse(body).success).toBe(true);
  });

  it.each([
    {},
    null,
    [],
    "shared",
    { name: 7 },
    { name: "" },
    { name: "  \t" },
    { name: "a\nb" },
    { name: "a\u2028b" },
    { name: "x".repeat(65) },
    { name: "x", plan: "platinum" },
    { name: "x", plan: null },
    { name: "x", size: "galactic" },
    { name: "x", size: "small", desired_instance_size: "large" },
    { name: "x", organization_id: "Ümlaut" },
    { name: "x", organization_id: "a", organization_slug: "b" },
    { name: "x", db_pass: "short" },
    { name: "x", db_pass: "x".repeat(129) },
    { name: "x", db_pass: "with\nnewline" },
    { name: "x", db_pass: "pässwörter" },
    { name: "x", jwt_secret: "short" },
    { name: "x", anon_key: "a.b.c" },
    { name: "x", jwt_secret: "y".repeat(32), anon_key: "no jwt" },
    { name: "x", extensions: "vector" },
    { name: "x", extensions: ["vector", "vector"] },
    { name: "x", extensions: ['x"; drop database postgres; --'] },
    { name: "x", extensions: Array.from({ length: 51 }, (_, i) => `e${i}`) },
    { name: "x", services: ["auth"] },
    { name: "x", plan: "dedicated", services: ["kafka"] },
    { name: "x", region: "$(id)" },
    { name: "x", unknown_field: 1 },
    JSON.parse('{"name": "x", "__proto__": {"plan": "dedicated"}}'),
  ])("refuses %j", refuses);

  it("never throws, whatever comes", () => {
    fc.assert(fc.property(fc.anything(), (value) => void CreateProjectBody.safeParse(value)));
  });
});

describe("nameKey", () => {
  it("takes names for the same that people take for the same", () => {
    expect(nameKey("Café")).toBe(nameKey("CAFE\u0301"));
    expect(nameKey("ｘ")).toBe(nameKey("X"));
    expect(nameKey("a")).not.toBe(nameKey("b"));
  });

  it("folds twice like once", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => nameKey(nameKey(name)) === nameKey(name)));
  });
});
