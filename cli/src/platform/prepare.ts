import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_INSTANCE, instancePorts } from "@supalove/contracts";
import { parseInstance } from "../config.ts";
import type { CliContext } from "../context.ts";
import type { ContainerInfo } from "../docker/docker.ts";
import { CliError, codeOf } from "../errors.ts";
import { readIfThere } from "../instance/atomicFile.ts";
import { instancePaths } from "../instance/paths.ts";
import { choosePortBlock, servicePorts } from "../instance/portBlock.ts";
import { portBaseIn, readStackConfig, writeStackConfig } from "../instance/stackConfig.ts";
import { createFacts } from "../setup/facts.ts";
import { takeLock } from "../system/machineLock.ts";
import { portFree } from "../system/portFree.ts";

/**
 * Brings the stack's configuration up to date: the images of this source tree, and for an instance beside the default
 * one a block of ports of its own, chosen once.
 */
export async function prepareConfig(context: CliContext): Promise<void> {
  const { stackConfig } = context.paths;
  const settings = await readStackConfig(stackConfig);
  const images = await createFacts(settings).images();
  await writeStackConfig(stackConfig, { images: JSON.stringify(images.references) });
  if (context.instance === DEFAULT_INSTANCE || settings.portBase !== undefined) return;
  const lock = await takeLock(join(context.config.dataDir, "ports"), "choosing ports", () => undefined);
  try {
    const base = await choosePortBlock(await takenBlocks(context), (port) => portFree(port, settings.bindAddress));
    if (base === undefined)
      throw new CliError("no block of ports is free", "destroy an instance that is not used any more");
    await writeStackConfig(stackConfig, { portBase: base });
  } finally {
    await lock.release();
  }
}

/** First ports of the blocks that the machine's other instances hold. */
async function takenBlocks({ config, instance }: CliContext): Promise<ReadonlySet<number>> {
  let names: string[];
  try {
    names = await readdir(config.dataDir);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Set();
    throw error;
  }
  const taken = new Set<number>();
  for (const name of names.filter((n) => n !== instance && /^[a-z][a-z0-9-]{0,19}$/.test(n))) {
    const { stackConfig } = instancePaths(config.dataDir, config.root, parseInstance(name));
    const portBase = portBaseIn((await readIfThere(stackConfig)) ?? "");
    if (portBase !== undefined) taken.add(portBase);
  }
  return taken;
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
