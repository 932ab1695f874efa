import { describe, expect, it } from "vitest";
import { releaseState } from "./releaseState.ts";

describe("releaseState", () => {
  const state = {
    version: 3,
    deployment: {
      manifest: { time: "t" },
      resources: [
        { type: "docker:index/volume:Volume", urn: "a", protect: true, outputs: { name: "v" } },
        { type: "postgresql:index/database:Database", urn: "b", protect: true },
        { type: "pulumi:providers:postgresql", urn: "c" },
        { type: "supalove:platform:ControlDatabase", urn: "d" },
        { type: "supalove:cluster:TenantTemplate", urn: "e" },
      ],
      pending_operations: [{ type: "creating" }],
    },
  };

  it("takes protection off, leaves what lies in a volume, and keeps everything else", () => {
    const released = releaseState(state).deployment;
    expect(released.manifest).toEqual({ time: "t" });
    expect(released.pending_operations).toEqual([]);
    expect(released.resources).toEqual([
      { type: "docker:index/volume:Volume", urn: "a", protect: false, outputs: { name: "v" } },
      { type: "postgresql:index/database:Database", urn: "b", protect: false, retainOnDelete: true },
      { type: "pulumi:providers:postgresql", urn: "c", protect: false },
      { type: "supalove:platform:ControlDatabase", urn: "d", protect: false },
      { type: "supalove:cluster:TenantTemplate", urn: "e", protect: false, retainOnDelete: true },
    ]);
  });

  it("takes an empty stack as it is", () => {
    expect(releaseState({ version: 3, deployment: {} })).toEqual({ version: 3, deployment: {} });
  });
});
