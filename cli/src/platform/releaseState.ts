import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";

const Resources = z.array(z.looseObject({ type: z.string() }));

/**
 * A stack's state made ready for its end: protection taken off, and everything that is not a thing of Docker's left to go
 * with the volume it lies in. Roles, databases and realms need not be deleted one by one (nor their servers be up).
 */
export function releaseState(state: Deployment): Deployment {
  const deployment = state.deployment as Readonly<Record<string, unknown>> | undefined;
  if (deployment?.["resources"] === undefined) return state;
  const resources = Resources.parse(deployment["resources"]).map((resource) => ({
    ...resource,
    protect: false,
    ...(insideVolume(resource.type) ? { retainOnDelete: true } : {}),
  }));
  return { ...state, deployment: { ...deployment, resources, pending_operations: [] } };
}

const insideVolume = (type: string) =>
  /^(postgresql|keycloak|supalove):/.test(type) && !type.startsWith("supalove:platform:");
