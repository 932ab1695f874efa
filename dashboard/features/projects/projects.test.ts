import { describe, expect, it } from "vitest";
import { browserUrl, supabaseSnippet } from "./addresses.ts";
import { changedFields } from "./changes.ts";
import { newPassword } from "./components/PasswordField.tsx";

const REF = "abcdefghijklmnopqrst";

describe("addresses", () => {
  it("give browsers a host for each project", () => {
    expect(browserUrl(REF, "http://localhost:8080")).toBe(`http://${REF}.localhost:8080`);
    expect(browserUrl(REF, "https://db.example.org")).toBe(`https://${REF}.db.example.org`);
  });

  it("make a snippet that holds what it needs", () => {
    const snippet = supabaseSnippet("http://x", "key");
    expect(snippet).toContain('createClient("http://x", "key")');
    expect(snippet).toContain("@supabase/supabase-js");
  });
});

describe("changedFields", () => {
  const project = { name: "a", size: "micro", extensions: ["vector", "citext"] } as const;

  it("asks for nothing where nothing differs", () => {
    expect(
      changedFields(
        { ...project, extensions: ["vector", "citext"] },
        { ...project, name: " a ", extensions: ["citext", "vector"] },
      ),
    ).toBeUndefined();
  });

  it("asks for what differs and no more", () => {
    const before = { ...project, extensions: ["vector", "citext"] };
    expect(changedFields(before, { ...before, size: "large" })).toEqual({ size: "large" });
    expect(changedFields(before, { ...before, name: "b", extensions: [] })).toEqual({ name: "b", extensions: [] });
  });
});

it("newPassword is long, and never the same", () => {
  const made = new Set(Array.from({ length: 50 }, newPassword));
  expect(made.size).toBe(50);
  for (const password of made) expect(password).toMatch(/^[A-HJ-NP-Za-km-z2-9]{24}$/);
});
