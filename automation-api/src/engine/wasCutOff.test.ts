import { expect, it } from "vitest";
import { wasCutOff } from "./wasCutOff.ts";

const said = (message: string) => [{ severity: "error" as const, message, urn: "" }];

it.each([
  "plugin exited prematurely",
  "the stack is currently locked by 1 lock(s)",
  'Conflict. The container name "/x-db" is already in use by container "f6a4". You have to remove (or rename) it',
])("knows what a killed run leaves: %s", (message) => {
  expect(wasCutOff(new Error("update failed"), said(message))).toBe(true);
  expect(wasCutOff(new Error(message), [])).toBe(true);
});

it("takes no other failure for one", () => {
  expect(wasCutOff(new Error("update failed"), said("no such image: x"))).toBe(false);
  expect(wasCutOff("killed", [])).toBe(false);
});
