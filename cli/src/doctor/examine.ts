import { instancePorts, LABELS } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { containersWith } from "../docker/docker.ts";
import { servicePorts } from "../instance/portBlock.ts";
import { readStackConfig, type StackConfig } from "../instance/stackConfig.ts";
import { canInstall } from "../setup/apt.ts";
import { baseImageProblem } from "../setup/baseImageProblem.ts";
import { registryAnswers } from "../setup/chooseImageSet.ts";
import { engineMissing } from "../setup/engineStep.ts";
import { createFacts, type SetupFacts } from "../setup/facts.ts";
import { findTool } from "../setup/findTool.ts";
import { DISK_TO_BUILD_GIB, DISK_TO_RUN_GIB, MEMORY_GIB, machineFacts } from "../setup/preflight.ts";
import { HOST_TOOLS, type HostTool } from "../setup/tools.ts";
import { findProgram } from "../system/findProgram.ts";
import { portFree } from "../system/portFree.ts";
import type { Finding } from "./finding.ts";

/** Looks at everything that matters on this machine. Changes nothing. */
export async function examine(context: CliContext): Promise<readonly Finding[]> {
  const settings = await readStackConfig(context.paths.stackConfig);
  const facts = createFacts(settings);
  const groups = await Promise.all([
    machine(context, facts),
    dockerEngine(context, facts),
    engineAndImages(context, facts),
    imageSet(context, facts, settings),
    tools(context, facts),
    ports(context, facts, settings),
  ]);
  return groups.flat();
}

async function machine(context: CliContext, facts: SetupFacts): Promise<readonly Finding[]> {
  const found = await machineFacts(context);
  const building = (await facts.missingImages()).length > 0 || (await engineMissing(context));
  const disk = building ? DISK_TO_BUILD_GIB : DISK_TO_RUN_GIB;
  const supported = found.platform === "linux" && found.arch === "x64";
  return [
    judge("system", supported, `${found.platform} on ${found.arch}`, "use Linux on x64 (amd64)"),
    judge(
      "disk",
      found.disk.freeGib >= disk,
      `${found.disk.freeGib.toFixed(0)} GiB free at ${found.disk.path}, ${disk} needed${building ? " to build everything" : ""}`,
      "free some space, for example with docker system prune",
    ),
    judge(
      "memory",
      found.memoryGib >= MEMORY_GIB,
      `${found.memoryGib.toFixed(0)} GiB, ${MEMORY_GIB} needed`,
      "use a larger machine",
    ),
  ];
}

function judge(name: string, fine: boolean, detail: string, nextStep: string): Finding {
  return fine ? { name, state: "ok", detail } : { name, state: "problem", detail, nextStep };
}

async function dockerEngine(context: CliContext, facts: SetupFacts): Promise<readonly Finding[]> {
  const name = "Docker engine";
  const version = await facts.dockerVersion();
  if (version !== undefined) return [{ name, state: "ok", detail: version }];
  if (context.config.dockerHost !== undefined) {
    const detail = `the one at ${context.config.dockerHost} does not answer`;
    return [{ name, state: "problem", detail, nextStep: "start it, or unset DOCKER_HOST" }];
  }
  const installed = (await findProgram("dockerd", context.config.path)) !== undefined;
  if (installed && process.getuid?.() === 0) {
    return [{ name, state: "missing", detail: "installed, does not run", nextStep: "./supalove setup starts it" }];
  }
  const reason = installed ? "only root can start it" : await canInstall(context);
  return reason === undefined
    ? [{ name, state: "missing", detail: "not installed", nextStep: "./supalove setup installs docker.io" }]
    : [{ name, state: "problem", detail: `does not answer; ${reason}`, nextStep: "install and start Docker" }];
}

async function engineAndImages(context: CliContext, facts: SetupFacts): Promise<readonly Finding[]> {
  const setup = "./supalove setup";
  const engine: Finding = (await engineMissing(context))
    ? {
        name: "Pulumi engine",
        state: "missing",
        detail: "not there in the pinned version",
        nextStep: `${setup} gets it`,
      }
    : { name: "Pulumi engine", state: "ok", detail: context.config.pulumiHome };
  const missing = await facts.missingImages();
  const images: Finding =
    missing.length === 0
      ? { name: "images", state: "ok", detail: "all there" }
      : { name: "images", state: "missing", detail: missing.join(", "), nextStep: `${setup} builds them` };
  const problem = missing.includes("base") ? await baseImageProblem(context.config) : undefined;
  if (problem === undefined) return [engine, images];
  const { message: detail, nextStep = "" } = problem;
  return [engine, images, { name: "base image", state: "problem", detail, nextStep }];
}

async function imageSet(context: CliContext, facts: SetupFacts, settings: StackConfig): Promise<readonly Finding[]> {
  const name = "image set";
  const swapped = Object.entries(settings.imageOverrides ?? {}).map(([image, reference]) => `${image} is ${reference}`);
  const details = async () => {
    if (settings.imageSet !== undefined) return `${settings.imageSet}, as supalove:imageSet says`;
    if (settings.images !== undefined) return "local, which this instance runs already";
    if ((await facts.dockerVersion()) === undefined) return "chosen once the Docker engine answers";
    return (await registryAnswers(context.config.dockerHost))
      ? "upstream will be chosen: an image registry answers"
      : "local will be chosen: no image registry answers";
  };
  return [{ name, state: "ok", detail: [await details(), ...swapped].join("; ") }];
}

async function tools(context: CliContext, facts: SetupFacts): Promise<readonly Finding[]> {
  const [engine, images, cannot] = await Promise.all([
    engineMissing(context),
    facts.missingImages(),
    canInstall(context),
  ]);
  return Promise.all(
    HOST_TOOLS.map(async (tool): Promise<Finding> => {
      const found = await findTool(tool, context.config.path);
      const name = tool.program;
      if (found.state === "ok") return { name, state: "ok", detail: `${found.version}, ${tool.purpose}` };
      const needed = tool.neededFor === "engine" ? engine : images.includes(tool.neededFor);
      const detail = `${found.state === "old" ? `${found.version} is too old` : "not there"}, ${tool.purpose}`;
      if (!needed) return { name, state: "ok", detail: `${detail}; not needed now` };
      if (cannot === undefined)
        return { name, state: "missing", detail, nextStep: `./supalove setup installs ${packagesOf(tool)}` };
      return { name, state: "problem", detail, nextStep: `install ${packagesOf(tool)} (${cannot})` };
    }),
  );
}

const packagesOf = (tool: HostTool) => tool.packages.map((names) => names.replaceAll("|", " or ")).join(", ");

async function ports(
  context: CliContext,
  facts: SetupFacts,
  { portBase, bindAddress }: StackConfig,
): Promise<readonly Finding[]> {
  const name = "ports";
  if ((await facts.dockerVersion()) !== undefined) {
    const own = await containersWith(`${LABELS.instance}=${context.instance}`);
    if (own.some(({ State }) => State.Status === "running")) {
      return [{ name, state: "ok", detail: `in use by this instance` }];
    }
  }
  const wanted = servicePorts(instancePorts(portBase));
  const states = await Promise.all(wanted.map(async (port) => ({ port, free: await portFree(port, bindAddress) })));
  const used = states.filter(({ free }) => !free).map(({ port }) => port);
  return [
    used.length === 0
      ? { name, state: "ok", detail: `${wanted.join(", ")} are free` }
      : {
          name,
          state: "problem",
          detail: `in use by other programs: ${used.join(", ")}`,
          nextStep: "end those programs, or use another instance: --instance NAME",
        },
  ];
}
