import type { PlannedChange } from "@supalove/contracts/api/previews.ts";
import { describe, expect, it } from "vitest";
import { fileDrift, givenFiles, withFileDrift } from "./fileDrift.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({
  [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const urn = (name: string) => `urn:pulumi:s::p::docker:index/container:Container::${name}`;
const state = (uploads: unknown, id: string | undefined = "c1") => ({
  resources: [
    { type: "docker:index/container:Container", urn: urn("project-gateway"), id, inputs: { name: "g", uploads } },
    { type: "docker:index/volume:Volume", urn: "urn:v", id: "v", inputs: { name: "v" } },
  ],
});

describe("givenFiles", () => {
  it.each([
    ["each content is a secret", [{ file: "/etc/a", content: secret("text"), permissions: "0444" }]],
    ["all of it is one", secret([{ file: "/etc/a", content: "text" }])],
    ["both are", secret([{ file: "/etc/a", content: secret("text") }])],
  ])("reads them where %s", (_, uploads) => {
    expect(givenFiles(state(uploads))).toEqual([
      { urn: urn("project-gateway"), id: "c1", path: "/etc/a", content: "text" },
    ]);
  });

  it("finds none where there are none, and refuses a state without its secrets", () => {
    expect(givenFiles(state([]))).toEqual([]);
    expect(givenFiles(state(undefined))).toEqual([]);
    expect(givenFiles(undefined)).toEqual([]);
    const sealed = { [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:xyz" };
    expect(() => givenFiles(state([{ file: "/etc/a", content: sealed }]))).toThrow();
  });
});

describe("a plan with files that were changed by hand", () => {
  const drift = fileDrift([
    { urn: urn("project-gateway"), path: "/etc/b" },
    { urn: urn("project-gateway"), path: "/etc/a" },
    { urn: urn("project-db"), path: "/etc/c" },
  ]);
  const planned = (op: PlannedChange["op"], name: string): PlannedChange => ({
    ...{
      urn: urn(name),
      type: "docker:index/container:Container",
      name,
      op,
      destructive: false,
      summary: "as planned",
    },
    detailed: [{ path: "memory", before: 200, after: 160, kind: "update" }],
  });
  const told = (changes: readonly PlannedChange[]) =>
    withFileDrift(changes, drift).map(({ op, summary }) => [op, summary]);

  it("tells what it costs to put them right", () => {
    expect(told([])).toEqual([
      ["replace", "The gateway restarts (about 1 s, in which no request is answered): /etc/a, /etc/b changed by hand"],
      ["replace", "Postgres restarts (about 5 s): /etc/c changed by hand"],
    ]);
  });

  it("tells what else changes of such a container, too", () => {
    expect(told([planned("update", "project-db"), planned("update", "project-rest")])).toEqual([
      ["update", "as planned"],
      ["replace", expect.stringMatching(/^The gateway restarts/)],
      ["replace", "Postgres restarts (about 5 s): memory -40 MiB (200 -> 160), /etc/c changed by hand"],
    ]);
  });

  it.each(["create", "replace", "delete"] as const)("leaves one alone whose plan is to %s it", (op) => {
    expect(told([planned(op, "project-db"), planned(op, "project-gateway")])).toEqual([
      [op, "as planned"],
      [op, "as planned"],
    ]);
  });
});
