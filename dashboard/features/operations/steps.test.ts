import type { OperationEvent } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { foldEvents, type NumberedEvent, shortType } from "./steps.ts";

const numbered = (...events: OperationEvent[]): NumberedEvent[] => events.map((event, at) => [at + 1, event]);
const resource = (urn: string, stage: "started" | "done" | "failed"): OperationEvent => ({
  type: "resource",
  urn,
  resourceType: "postgresql:index/database:Database",
  name: urn,
  op: "create",
  stage,
});

describe("foldEvents", () => {
  it("puts resources to the phase they happened in, each once with its last stage", () => {
    const { steps } = foldEvents(
      numbered(
        { type: "status", status: "running" },
        { type: "phase", phase: "up", message: "Making it" },
        resource("a", "started"),
        resource("b", "started"),
        resource("a", "done"),
        { type: "phase", phase: "smoke", message: "Trying it" },
      ),
    );
    expect(
      steps.map(({ message, resources }) => [message, resources.map(({ urn, stage }) => `${urn} ${stage}`)]),
    ).toEqual([
      ["Making it", ["a done", "b started"]],
      ["Trying it", []],
    ]);
  });

  it("leaves out what is the engine's own", () => {
    const own: OperationEvent = { ...resource("p", "done"), resourceType: "pulumi:providers:random" } as OperationEvent;
    expect(foldEvents(numbered(own)).steps).toEqual([]);
  });

  it("keeps what comes before the first phase", () => {
    expect(foldEvents(numbered(resource("a", "failed"))).steps).toMatchObject([
      { message: "Starting", resources: [{ type: "Database", stage: "failed" }] },
    ]);
  });

  it("collects what was said, with its number", () => {
    const { log } = foldEvents(numbered({ type: "diagnostic", severity: "warning", message: "<b>slow</b>" }));
    expect(log).toEqual([{ seq: 1, severity: "warning", message: "<b>slow</b>" }]);
  });
});

it("shortType names a resource in one word", () => {
  expect(shortType("supalove:cluster:TenantSchema")).toBe("TenantSchema");
  expect(shortType("odd")).toBe("odd");
});
