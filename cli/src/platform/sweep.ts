import { LABELS } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { mustDocker, thingsWith } from "../docker/docker.ts";
import { instanceContainers } from "./startContainers.ts";

/**
 * Removes every container, network and volume that carries an instance's label, its projects' included.
 * @returns how many there were
 */
export async function sweep(context: CliContext): Promise<number> {
  const label = `${LABELS.instance}=${context.instance}`;
  const containers = await instanceContainers(context);
  if (containers.length > 0) await mustDocker(["rm", "--force", "--volumes", ...containers.map(({ Id }) => Id)]);
  const networks = await thingsWith("network", label);
  if (networks.length > 0) await mustDocker(["network", "rm", ...networks.map(({ id }) => id)]);
  const volumes = await thingsWith("volume", label);
  if (volumes.length > 0) await mustDocker(["volume", "rm", "--force", ...volumes.map(({ id }) => id)]);
  return containers.length + networks.length + volumes.length;
}
