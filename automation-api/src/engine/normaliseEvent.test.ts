import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { diagnosticOf, resourceEvent, stripMarkup } from "./normaliseEvent.ts";

const urn = "urn:pulumi:s::p::random:index/randomPassword:RandomPassword::keys-jwt";
const about = (op: string) => ({ metadata: { op, urn, type: "random:index/randomPassword:RandomPassword" } });
const event = (part: object) => ({ sequence: 1, timestamp: 1, ...part }) as unknown as EngineEvent;

describe("resourceEvent", () => {
  it.each([
    [{ resourcePreEvent: about("create") }, "started"],
    [{ resOutputsEvent: about("create") }, "done"],
    [{ resOpFailedEvent: about("create") }, "failed"],
  ])("names the resource and its stage", (part, stage) => {
    expect(resourceEvent(event(part))).toEqual({
      type: "resource",
      urn,
      resourceType: "random:index/randomPassword:RandomPassword",
      name: "keys-jwt",
      op: "create",
      stage,
    });
  });

  it("says nothing about what stays as it is, unless it failed", () => {
    expect(resourceEvent(event({ resourcePreEvent: about("same") }))).toBeUndefined();
    expect(resourceEvent(event({ resOpFailedEvent: about("same") }))).toMatchObject({ stage: "failed" });
    expect(resourceEvent(event({ summaryEvent: {} }))).toBeUndefined();
  });
});

describe("diagnosticOf", () => {
  it("keeps what people should read, without colours", () => {
    const diagnosticEvent = { severity: "error", message: "<{%fg 1%}>error: <{%reset%}>no\u001b[31m!\n", urn };
    expect(diagnosticOf(event({ diagnosticEvent }))).toEqual({ severity: "error", message: "error: no!", urn });
  });

  it.each([
    { severity: "debug", message: "x" },
    { severity: "info", message: "progress", ephemeral: true },
    { severity: "info", message: "  \n" },
  ])("drops %j", (diagnosticEvent) => {
    expect(diagnosticOf(event({ diagnosticEvent }))).toBeUndefined();
  });

  it("leaves other texts as they are", () => {
    expect(stripMarkup("a < b % c > d")).toBe("a < b % c > d");
  });
});
