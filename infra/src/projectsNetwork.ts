import { createHash } from "node:crypto";
import { ProjectsNetwork } from "@supalove/components/platform/projectsNetwork.ts";
import type { InstanceName, StackImages } from "@supalove/contracts";
import type { PlatformSettings } from "./settings.ts";

/** Name of the bridge on the host: of at most 15 characters, whatever the instance is called. */
const bridgeName = (instance: InstanceName) => `sl${createHash("sha256").update(instance).digest("hex").slice(0, 10)}p`;

/** The network of dedicated projects' gateways; undefined where its addresses or the firewall's image are missing. */
export function projectsNetwork({ instance, projectsSubnet: subnet, images }: PlatformSettings) {
  if (subnet === undefined || images.firewall === undefined) return undefined;
  return new ProjectsNetwork("projects", { instance, subnet, bridge: bridgeName(instance), image: images.firewall });
}

/** Images of a new dedicated project; undefined where one is missing, and with it the dedicated plan. */
export function stackImages({ images }: PlatformSettings): StackImages | undefined {
  const { "supabase-postgres": db, postgrest: rest, "postgres-meta": meta, nginx: gateway } = images;
  if (db === undefined || rest === undefined || meta === undefined || gateway === undefined) return undefined;
  return { db, rest, meta, gateway };
}
