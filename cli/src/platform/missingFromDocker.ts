import { z } from "zod";
import type { ContainerInfo } from "../docker/docker.ts";
import type { PlatformStack } from "./stack.ts";

const Deployment = z.object({
  resources: z.array(z.object({ type: z.string(), id: z.string().optional() })).default([]),
});

/**
 * True when the stack's state names a container that Docker doesn't have: removed by hand, or lost with the engine's
 * data. The engine alone does not notice; it has to be told to look.
 */
export async function missingFromDocker(
  { stack }: PlatformStack,
  containers: readonly ContainerInfo[],
): Promise<boolean> {
  const { deployment } = await stack.exportStack();
  const there = new Set(containers.map(({ Id }) => Id));
  return Deployment.parse(deployment ?? {}).resources.some(
    ({ type, id }) => type === "docker:index/container:Container" && id !== undefined && !there.has(id),
  );
}
