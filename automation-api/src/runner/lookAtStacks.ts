import { stackName } from "@supalove/contracts";
import type { ContainerState } from "@supalove/contracts/api/index.ts";
import type { Project } from "../generated/prisma/client.ts";
import type { RunnerServices } from "./services.ts";
import { isWell } from "./stackFault.ts";
import { stackServices } from "./watchedStack.ts";

/** A dedicated project and the server it lives on. */
export type PlacedProject = Pick<Project, "ref" | "serverId" | "stack">;

/** How a project's containers are, taken together: those that come up are neither ill nor well yet. */
export type StackHealth = "well" | "coming_up" | "ill";

/**
 * Looks at the containers of dedicated projects that are not paused: one question a server, in which no project is asked
 * anything. Those whose server does not answer are left out, as nothing is known of them.
 */
export async function lookAtStacks(
  { database, env, stacks, logger }: Pick<RunnerServices, "database" | "env" | "stacks" | "logger">,
  projects: readonly PlacedProject[],
): Promise<ReadonlyMap<string, StackHealth>> {
  const ids = [...new Set(projects.flatMap(({ serverId }) => serverId ?? []))];
  if (ids.length === 0) return new Map();
  const servers = await database.server.findMany({ where: { id: { in: ids } }, select: { id: true, endpoint: true } });
  const instance = env.SUPALOVE_INSTANCE;
  const found = await Promise.all(
    servers.map(async ({ id, endpoint }) => {
      try {
        const states = await stacks.states({ endpoint, instance });
        const here = projects.filter(({ serverId }) => serverId === id);
        return here.map(({ ref, stack }) => {
          const names = stackServices({ stack }).map((service) => stackName(instance, ref, service));
          return [ref, healthOf(names.map((name) => states.get(name) ?? "missing"))] as const;
        });
      } catch (error) {
        // The projects of other servers are looked at all the same.
        logger.warn({ err: error, server: id }, "the containers of a server could not be looked at");
        return [];
      }
    }),
  );
  return new Map(found.flat());
}

function healthOf(states: readonly ContainerState[]): StackHealth {
  if (states.every((state) => isWell({ state }))) return "well";
  return states.every((state) => isWell({ state }) || state === "starting") ? "coming_up" : "ill";
}
