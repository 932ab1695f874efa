import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_INSTANCE, instancePorts } from "@supalove/contracts";
import { parseInstance } from "../config.ts";
import type { CliContext } from "../context.ts";
import { type ContainerInfo, dockerSubnets } from "../docker/docker.ts";
import { CliError, codeOf } from "../errors.ts";
import { readIfThere } from "../instance/atomicFile.ts";
import { chooseSubnet, routedNetworks } from "../instance/chooseSubnet.ts";
import { instancePaths } from "../instance/paths.ts";
import { choosePortBlock, servicePorts } from "../instance/portBlock.ts";
import { portBaseIn, projectsSubnetIn, readStackConfig, writeStackConfig } from "../instance/stackConfig.ts";
import { createFacts } from "../setup/facts.ts";
import { takeLock } from "../system/machineLock.ts";
import { portFree } from "../system/portFree.ts";

/**
 * Brings the stack's configuration up to date: the images of this source tree, and, chosen once, addresses for dedicated
 * projects and for an instance beside the default one a block of ports.
 */
export async function prepareConfig(context: CliContext): Promise<void> {
  const { stackConfig } = context.paths;
  const settings = await readStackConfig(stackConfig);
  const images = await createFacts(settings).images();
  await writeStackConfig(stackConfig, { images: JSON.stringify(images.references) });
  const needsPorts = context.instance !== DEFAULT_INSTANCE && settings.portBase === undefined;
  if (!needsPorts && settings.projectsSubnet !== undefined) return;
  const lock = await takeLock(join(context.config.dataDir, "ports"), "choosing ports and addresses", () => undefined);
  try {
    const others = await otherConfigs(context);
    if (needsPorts) await choosePorts(stackConfig, settings.bindAddress, others);
    if (settings.projectsSubnet === undefined) await chooseAddresses(context, others);
  } finally {
    await lock.release();
  }
}

async function choosePorts(stackConfig: string, bindAddress: string, others: readonly string[]): Promise<void> {
  const taken = new Set(others.flatMap((text) => portBaseIn(text) ?? []));
  const base = await choosePortBlock(taken, (port) => portFree(port, bindAddress));
  if (base === undefined)
    throw new CliError("no block of ports is free", "destroy an instance that is not used any more");
  await writeStackConfig(stackConfig, { portBase: base });
}

async function chooseAddresses({ instance, paths }: CliContext, others: readonly string[]): Promise<void> {
  const taken = [
    ...others.flatMap((text) => projectsSubnetIn(text) ?? []),
    ...(await dockerSubnets()),
    ...routedNetworks((await readIfThere("/proc/net/route")) ?? ""),
  ];
  const projectsSubnet = chooseSubnet(instance, taken);
  if (projectsSubnet === undefined) {
    throw new CliError(
      "no network is free for the gateways of dedicated projects",
      "name one that nothing else uses: pulumi config set supalove:projectsSubnet 10.99.0.0/22",
    );
  }
  await writeStackConfig(paths.stackConfig, { projectsSubnet });
}

/** Configurations of the machine's other instances. */
async function otherConfigs({ config, instance }: CliContext): Promise<readonly string[]> {
  let names: string[];
  try {
    names = await readdir(config.dataDir);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  const texts: string[] = [];
  for (const name of names.filter((n) => n !== instance && /^[a-z][a-z0-9-]{0,19}$/.test(n))) {
    const { stackConfig } = instancePaths(config.dataDir, config.root, parseInstance(name));
    const text = await readIfThere(stackConfig);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/**
 * Stops before anything is changed when a program that isn't ours has one of the ports.
 * @param containers the instance's containers; while one runs, the ports are its own
 */
export async function requireFreePorts(context: CliContext, containers: readonly ContainerInfo[]): Promise<void> {
  if (containers.some(({ State }) => State.Status === "running")) return;
  const { portBase, bindAddress } = await readStackConfig(context.paths.stackConfig);
  const ports = Object.entries(instancePorts(portBase)).filter(([, p]) =>
    servicePorts(instancePorts(portBase)).includes(p),
  );
  const states = await Promise.all(
    ports.map(async ([name, port]) => ({ name, port, free: await portFree(port, bindAddress) })),
  );
  const used = states.filter(({ free }) => !free);
  if (used.length === 0) return;
  throw new CliError(
    `in use by another program: ${used.map(({ name, port }) => `port ${port} (${name})`).join(", ")}`,
    "end that program, or bring the platform up beside it: ./supalove up --instance NAME",
  );
}
