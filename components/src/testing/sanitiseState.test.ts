import { expect, it } from "vitest";
import { sanitiseState } from "./sanitiseState.ts";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

it("replaces every secret, however deep, and nothing else", () => {
  const bytes = Buffer.alloc(48, 7).toString("base64");
  const state = {
    sourcePosition: "file:///somebodys/machine",
    id: bytes,
    resources: [
      { id: "kept", inputs: { name: "kept", pw: secret("hunter2hunter2") }, outputs: { base64: secret(bytes) } },
    ],
    deep: [secret({ host: "somewhere", port: 5432, list: ["PASSWORD=x"] })],
  };
  const sanitised = sanitiseState(state);
  const text = JSON.stringify(sanitised);
  for (const gone of ["hunter2", bytes, "somewhere", "PASSWORD=x", "somebodys"]) expect(text).not.toContain(gone);
  expect(sanitised).toMatchObject({ resources: [{ id: "kept", inputs: { name: "kept" } }] });
  const [resource] = (sanitised as { resources: { outputs: { base64: { plaintext: string } } }[] }).resources;
  expect(Buffer.from(JSON.parse(resource?.outputs.base64.plaintext ?? "") as string, "base64")).toHaveLength(48);
});

it("leaves what is known to be open, inside a secret object and beside it", () => {
  const name = "name-of-a-container";
  const state = { id: name, access: secret({ container: name, password: "hunter2hunter2" }) };
  const sanitised = sanitiseState(state, new Set([name])) as { id: string; access: { plaintext: string } };
  expect(sanitised.id).toBe(name);
  expect(sanitised.access.plaintext).toContain(name);
  expect(sanitised.access.plaintext).not.toContain("hunter2");
});
