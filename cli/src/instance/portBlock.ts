import { type InstancePorts, instancePorts, PORT_BLOCK } from "@supalove/contracts";

/** Blocks lie below the ports that Linux gives to outgoing connections (from 32768 on). */
export const FIRST_BLOCK = 20_000;
const LAST_PORT = 32_767;

/** First ports of all blocks that may be given to an instance. */
export function portBlocks(): readonly number[] {
  const blocks: number[] = [];
  for (let base = FIRST_BLOCK; base + PORT_BLOCK - 1 <= LAST_PORT; base += PORT_BLOCK) blocks.push(base);
  return blocks;
}

/** The ports of an instance that its own services listen on (dedicated projects' gateways come later, one by one). */
export function servicePorts(ports: InstancePorts): readonly number[] {
  const { dedicatedFrom: _later, ...services } = ports;
  return Object.values(services);
}

/**
 * First block that no other instance holds and whose service ports are free now.
 * @param taken first ports of the other instances' blocks
 * @param isFree asks the system
 * @returns undefined when all are in use
 */
export async function choosePortBlock(
  taken: ReadonlySet<number>,
  isFree: (port: number) => Promise<boolean>,
): Promise<number | undefined> {
  for (const base of portBlocks()) {
    if (taken.has(base)) continue;
    const free = await Promise.all(servicePorts(instancePorts(base)).map(isFree));
    if (free.every(Boolean)) return base;
  }
  return undefined;
}
