import type { OpType } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { nameOfUrn, ProgressFollower, plain } from "./progress.ts";

const URN = "urn:pulumi:i::supalove::supalove:platform:Service$docker:index/container:Container::i-api";

const metadata = (op: OpType, urn = URN) => ({ op, urn });

describe("nameOfUrn", () => {
  it("gives the last type's last word and the name", () => {
    expect(nameOfUrn(URN)).toEqual({ module: "docker", type: "Container", name: "i-api" });
  });
});

describe("ProgressFollower", () => {
  it("tells what became of resources and counts the changed ones", () => {
    const lines: string[] = [];
    const follower = new ProgressFollower((line) => lines.push(line.replace(/^\[.*?\] /, "").replace(/ \(.*\)$/, "")));
    for (const op of ["create", "same", "update"] as const) {
      follower.take({ resourcePreEvent: { metadata: metadata(op) } });
      follower.take({ resOutputsEvent: { metadata: metadata(op) } });
    }
    expect(lines).toEqual(["Container i-api created", "Container i-api changed"]);
    expect(follower.changed).toBe(2);
  });

  it("keeps errors with their resource, without colour marks", () => {
    const follower = new ProgressFollower(() => undefined);
    follower.take({ diagnosticEvent: { urn: URN, message: "<{%reset%}>broken<{%reset%}>\n", severity: "error" } });
    expect(follower.errors).toEqual([{ urn: URN, message: "broken\n" }]);
    expect(plain("\u001b[31mred\u001b[0m")).toBe("red");
  });
});
