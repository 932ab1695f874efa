import { instancePorts, PLATFORM_SERVICES } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import type { ContainerInfo } from "../docker/docker.ts";
import { assembleStatus, containerState } from "./assemble.ts";

function container(name: string, state: Partial<ContainerInfo["State"]> = {}, restarts = 0): ContainerInfo {
  return {
    Id: name,
    Name: name,
    State: { Status: "running", ExitCode: 0, Error: "", OOMKilled: false, Health: { Status: "healthy" }, ...state },
    RestartCount: restarts,
    Config: { Labels: {}, Image: "i" },
  };
}

const UNAVAILABLE = { grafana: "no image" };
const SETTINGS = { publicHost: "localhost", imageSet: "local", drift: null } as const;
const RUNNING = PLATFORM_SERVICES.filter((name) => !(name in UNAVAILABLE));
const running = RUNNING.map((name) => container(`i-${name}`));

describe("assembleStatus", () => {
  it("is healthy when everything that can be there is healthy", () => {
    const status = assembleStatus("i", instancePorts(20000), running, UNAVAILABLE, SETTINGS);
    expect(status.healthy).toBe(true);
    expect(status.urls).toEqual({
      dashboard: "http://localhost:20000",
      api: "http://localhost:20001",
      gateway: "http://localhost:20002",
      keycloak: "http://localhost:20003",
      prometheus: "http://localhost:20005",
      grafana: null,
    });
    expect(status.services.find(({ name }) => name === "grafana")).toEqual({
      name: "grafana",
      status: "unavailable",
      detail: "no image",
    });
  });

  it("puts the public host name into the URLs and says which images run", () => {
    const settings = { publicHost: "base.example", imageSet: "upstream", drift: null } as const;
    const status = assembleStatus("i", instancePorts(), running, UNAVAILABLE, settings);
    expect(status.urls.api).toBe("http://base.example:8000");
    expect(status.image_set).toBe("upstream");
  });

  it("shows a part that has a container, whatever was thought of its image", () => {
    const status = assembleStatus("i", instancePorts(), [...running, container("i-grafana")], UNAVAILABLE, SETTINGS);
    expect(status.urls.grafana).toBe("http://localhost:3001");
  });

  it("is not healthy without a container, and ignores those of other instances", () => {
    const others = running.map((c) => ({ ...c, Name: `x${c.Name}` }));
    const status = assembleStatus("i", instancePorts(), others, UNAVAILABLE, SETTINGS);
    expect(status.healthy).toBe(false);
    expect(status.services.find(({ name }) => name === "api")).toMatchObject({ status: "stopped" });
  });
});

describe("containerState", () => {
  it.each([
    [{}, 0, "healthy", "healthy"],
    [{ Health: null }, 0, "healthy", "running"],
    [{ Health: { Status: "starting" } }, 0, "starting", "starting"],
    [
      { Health: { Status: "unhealthy", Log: [{ ExitCode: 1, Output: "first\nno answer\n" }] } },
      2,
      "unhealthy",
      "unhealthy: no answer, restarted 2 times",
    ],
    [{ Status: "exited", ExitCode: 137 }, 0, "stopped", "exited, exit code 137"],
    [{ Status: "exited", ExitCode: 137, OOMKilled: true }, 0, "stopped", "exited, out of memory"],
    [{ Status: "restarting", ExitCode: 1 }, 5, "unhealthy", "restarting, restarted 5 times"],
    [{ Status: "created" }, 0, "stopped", "created"],
  ] as const)("of %j with %d restarts is %s", (state, restarts, status, detail) => {
    expect(containerState(container("c", state as Partial<ContainerInfo["State"]>, restarts))).toEqual({
      status,
      detail,
    });
  });
});
