import { describe, expect, it } from "vitest";
import { partOf } from "./cpuTimes.ts";

const REF = "abcdefghijklmnopqrst";

describe("partOf", () => {
  it.each([
    ["/opt/pulumi/bin/pulumi up --yes", "runner", "Pulumi CLI"],
    ["/home/node/.pulumi/plugins/resource-docker-v4/pulumi-resource-docker 127.0.0.1:1", "runner", "plugins"],
    ["/usr/local/bin/node /app/operationChild.js ", "runner", "program and own resources"],
    ["node /app/main.js ", "runner", "runner"],
    ["postgres: supalove_pulumi pulumi 172.18.0.9(1) idle", "control-db", "state: control database"],
    ["postgres: checkpointer", `${REF}-db`, "the project's own containers"],
    ["/usr/bin/containerd-shim-runc-v2 -namespace moby", undefined, "Docker engine"],
    ["/sbin/docker-init -- node /app/main.js", "runner", "Docker engine"],
    ["dockerd", undefined, "Docker engine"],
    ["node /app/main.js", "api", undefined],
    ["postgres: checkpointer", "shared-db", undefined],
    ["vim pulumi", undefined, undefined],
  ])("%s in %s", (command, container, part) => {
    expect(partOf(command, container)).toBe(part);
  });
});
