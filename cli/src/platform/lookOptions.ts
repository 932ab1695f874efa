import type { PreviewOptions } from "@pulumi/pulumi/automation/index.js";
import { platformName } from "@supalove/contracts";
import { z } from "zod";
import type { ContainerInfo } from "../docker/docker.ts";
import type { PlatformStack } from "./stack.ts";
import { NEEDED_BY_PROVIDERS } from "./startContainers.ts";

const Deployment = z.object({ resources: z.array(z.object({ type: z.string(), urn: z.string() })).default([]) });

/**
 * How the engine is to look at what there really is. What lies in the databases and in Keycloak can be asked for while they
 * run; where one of them is gone or stands still, only the things of Docker's are looked at, which is what is wrong then.
 */
export async function lookOptions(
  { stack }: Pick<PlatformStack, "stack">,
  containers: readonly ContainerInfo[],
): Promise<Pick<PreviewOptions, "refresh" | "target">> {
  const running = new Set(containers.filter(({ State }) => State.Status === "running").map(({ Name }) => Name));
  if (NEEDED_BY_PROVIDERS.every((part) => running.has(platformName(stack.name, part)))) return { refresh: true };
  const { deployment } = await stack.exportStack();
  const { resources } = Deployment.parse(deployment ?? {});
  return { refresh: true, target: resources.filter(({ type }) => type.startsWith("docker:")).map(({ urn }) => urn) };
}
