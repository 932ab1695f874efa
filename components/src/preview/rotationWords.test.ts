import { describe, expect, it } from "vitest";
import { plannedChanges } from "./plannedChanges.ts";
import { Redactor } from "./redactor.ts";
import { settingsStep } from "./settingsStep.ts";

const settings = (generation: number, overlapHours: number | null, passwords = 0) => ({
  name: "n",
  keys: { generation, overlapHours },
  passwords,
});

const words = (...[before, after]: Parameters<typeof settings>[]) => {
  const step = settingsStep("r", settings(...(before ?? [0, null])), settings(...(after ?? [0, null])));
  return step === undefined ? [] : plannedChanges([step], new Redactor()).map(({ summary }) => summary);
};

describe("words for a rotation", () => {
  it("say how long the old keys are accepted", () => {
    expect(words([0, null], [1, 24])).toEqual([
      "the JWT secret and the four API keys are made anew\n" +
        "the old keys, and users' JWTs that the old secret signed, are accepted for 24 hours from when this is applied",
    ]);
    expect(words([0, null], [1, 1])[0]).toContain("for 1 hour from");
    expect(words([1, null], [2, null])[0]).toContain("the old keys stop working at once");
  });

  it("say what the end of an overlap ends", () => {
    expect(words([1, 24], [1, null])).toEqual([
      "the old keys stop working now, and users' JWTs that the old secret signed",
    ]);
  });

  it("say what new passwords mean for connections", () => {
    expect(words([0, null, 0], [0, null, 1])).toEqual([
      "the database passwords are made anew; connections with the old ones stay until they close",
    ]);
    expect(words([0, null], [0, null])).toEqual([]);
  });

  it("tell an old secret from one that goes with its project", () => {
    const step = {
      urn: "urn:pulumi:r::p::random:index/randomPassword:RandomPassword::keys-jwt-1",
      type: "random:index/randomPassword:RandomPassword",
      op: "delete" as const,
      custom: true,
      ...{ oldInputs: {}, oldOutputs: {}, newInputs: {}, differences: [] },
    };
    const summary = (act: "change" | "delete") => plannedChanges([step], new Redactor(), act)[0]?.summary;
    expect(summary("change")).toBe("the old JWT secret, and with it the anon and service_role keys, are forgotten");
    expect(summary("delete")).toBe("the JWT secret, and with it the anon and service_role keys, are forgotten");
  });
});
