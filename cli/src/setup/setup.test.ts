import { localDefinitions } from "@supalove/images/localSet.ts";
import { describe, expect, it } from "vitest";
import type { Terminal } from "../terminal.ts";
import { imageFacts } from "./facts.ts";
import { machineProblem } from "./preflight.ts";
import { planSteps, runSteps } from "./runSteps.ts";
import type { SetupContext, SetupStep } from "./step.ts";
import { HOST_TOOLS, parseVersion, recentEnough } from "./tools.ts";

const lines: string[] = [];
const terminal: Terminal = { out: () => undefined, info: (line) => void lines.push(line), interactive: false };
const context = { terminal, log: () => undefined } as unknown as SetupContext;

function step(name: string, after: readonly string[], run?: () => Promise<void>): SetupStep {
  return { name, after, plan: async () => (run === undefined ? undefined : { what: `doing ${name}`, run }) };
}

describe("steps", () => {
  it("are silent when there is nothing to do", async () => {
    expect(await planSteps(context, [step("a", []), step("b", ["a"])])).toEqual([]);
  });

  it("run side by side, but behind those they wait for", async () => {
    const order: string[] = [];
    const note = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((done) => setTimeout(done, 20));
      order.push(`${name} ends`);
    };
    const steps = [step("a", [], note("a")), step("b", ["a"], note("b")), step("c", ["missing"], note("c"))];
    await runSteps(context, await planSteps(context, steps));
    expect(order.indexOf("b begins")).toBeGreaterThan(order.indexOf("a ends"));
    expect(order.indexOf("c begins")).toBeLessThan(order.indexOf("a ends"));
  });

  it("stop those behind a failure, and let the others finish", async () => {
    let finished = false;
    let started = false;
    const steps = [
      step("a", [], async () => {
        throw new Error("a broke");
      }),
      step("b", ["a"], async () => {
        started = true;
      }),
      step("c", [], async () => {
        await new Promise((done) => setTimeout(done, 20));
        finished = true;
      }),
    ];
    const due = await planSteps(context, steps);
    await expect(runSteps(context, due)).rejects.toThrow("a broke");
    expect({ started, finished }).toEqual({ started: false, finished: true });
  });
});

describe("host tools", () => {
  it("bring everything that an image's definition requires; npm comes with the launcher", () => {
    const required = localDefinitions({}).flatMap(({ requires }) => requires);
    const installed = HOST_TOOLS.flatMap(({ packages }) => packages.flatMap((names) => names.split("|")));
    for (const { command, aptPackages } of required.filter((requirement) => requirement.command !== "npm")) {
      expect(HOST_TOOLS.map(({ program }) => program)).toContain(command);
      for (const name of aptPackages) expect(installed).toContain(name);
    }
  });

  it.each([
    ["go", "go version go1.26.8 linux/amd64", [1, 26], true],
    ["go", "go version go1.19.8 linux/amd64", [1, 19], false],
    ["java", 'openjdk version "17.0.17" 2025-10-21', [17, 0], true],
    ["java", 'openjdk version "11.0.2"', [11, 0], false],
    ["java", 'openjdk version "21" 2023-09-19', [21, 0], true],
    ["mvn", "Apache Maven 3.8.7\nMaven home: /usr/share/maven", [3, 8], true],
    ["debootstrap", "debootstrap 1.0.128+nmu2+deb12u2", [1, 0], true],
  ] as const)("%s: %s", (program, text, version, enough) => {
    const tool = HOST_TOOLS.find((candidate) => candidate.program === program);
    if (tool === undefined) throw new Error(`no tool ${program}`);
    expect(parseVersion(tool, text)).toEqual(version);
    expect(recentEnough(tool, version)).toBe(enough);
  });
});

describe("machineProblem", () => {
  const fine = { platform: "linux", arch: "x64", memoryGib: 8, disk: { path: "/home", freeGib: 100 } };
  const full = { path: "/var/lib/docker", freeGib: 3 };
  it("passes a usual machine, and names what another lacks", () => {
    expect(machineProblem(fine, true)).toBeUndefined();
    expect(machineProblem({ ...fine, platform: "darwin" }, false)?.message).toMatch(/runs on Linux/);
    expect(machineProblem({ ...fine, arch: "arm64" }, false)?.message).toMatch(/on x64, this is linux on arm64/);
    expect(machineProblem({ ...fine, disk: full }, true)?.message).toMatch(
      /only 3.0 GiB of disk are free at .var.lib.docker/,
    );
    expect(machineProblem({ ...fine, disk: full }, false)).toBeUndefined();
    expect(machineProblem({ ...fine, memoryGib: 1 }, false)?.message).toMatch(/memory/);
  });
});

describe("imageFacts", () => {
  it("keeps images apart from reasons", () => {
    expect(imageFacts({ api: { reference: "supalove/api:1" }, grafana: { unavailable: "no image" } })).toEqual({
      references: { api: "supalove/api:1" },
      unavailable: { grafana: "no image" },
    });
  });
});
