import { setTimeout as sleep } from "node:timers/promises";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { StackService, stackName } from "@supalove/contracts";
import type { ContainerState, StackContainer } from "@supalove/contracts/api/index.ts";
import type Docker from "dockerode";
import { listedState } from "./listedState.ts";
import { ServiceMissing, ServiceUnhealthy, type StackPort, type WatchedStack } from "./stackPort.ts";

/** A database that was told to stop is given as long as the platform gives it everywhere. */
const STOP_SECONDS = 120;
const HEALTHY_WITHIN_MS = 120_000;
const PAUSE_MS = 300;

type Inspected = Awaited<ReturnType<Docker.Container["inspect"]>>;

function stateOf({ State }: Inspected): ContainerState {
  if (!State.Running || State.Restarting) return State.Restarting ? "unhealthy" : "stopped";
  switch (State.Health?.Status) {
    case "healthy":
    case "starting":
    case "unhealthy":
      return State.Health.Status;
    default:
      return "running";
  }
}

/** Memory in use as `docker stats` shows it: without the file cache, which is given back when wanted. */
async function memoryOf(container: Docker.Container): Promise<number | null> {
  const stats = await container.stats({ stream: false, "one-shot": true });
  const { usage, stats: details } = stats.memory_stats ?? {};
  if (usage === undefined) return null;
  return Math.max(0, usage - (details?.total_inactive_file ?? details?.inactive_file ?? 0));
}

async function look({ ref, place, images }: WatchedStack, service: StackService): Promise<StackContainer | undefined> {
  const image = images[service];
  const container = dockerEngine(place.endpoint).getContainer(stackName(place.instance, ref, service));
  let found: Inspected;
  try {
    found = await container.inspect();
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
    if (image === undefined) return undefined;
    const nothing = { started_at: null, restarts: 0, memory_bytes: null, memory_limit_bytes: null };
    return { service, state: "missing", image, ...nothing };
  }
  const { State, RestartCount, HostConfig } = found;
  return {
    service,
    state: stateOf(found),
    image: image ?? found.Config.Image,
    started_at: State.Running ? new Date(State.StartedAt).toISOString() : null,
    restarts: RestartCount,
    memory_bytes: State.Running ? await memoryOf(container).catch(() => null) : null,
    memory_limit_bytes: HostConfig.Memory ? HostConfig.Memory : null,
  };
}

/** Processors by endpoint: a server does not grow while this process lives. */
const CORES = new Map<string, number>();

/** Stacks through the Docker engines of their servers. */
export const dockerStacks: StackPort = {
  async cores(endpoint) {
    const known = CORES.get(endpoint);
    if (known !== undefined) return known;
    try {
      const { NCPU } = (await dockerEngine(endpoint).info()) as { readonly NCPU: number };
      CORES.set(endpoint, NCPU);
      return NCPU;
    } catch {
      return null;
    }
  },
  async look(stack) {
    const found = await Promise.all(StackService.options.map((service) => look(stack, service)));
    return found.filter((container) => container !== undefined);
  },
  async states({ endpoint, instance }) {
    // By name as above, not by label: one that somebody made anew by hand bears the name alone.
    const filters = { name: [`^/?${instance}-`] };
    const listed = await dockerEngine(endpoint).listContainers({ all: true, filters });
    return new Map(
      listed.flatMap((found) => found.Names.map((name) => [name.replace(/^\//, ""), listedState(found)] as const)),
    );
  },
  async restart(stack, service, signal) {
    const { place, ref } = stack;
    const name = stackName(place.instance, ref, service);
    try {
      // Waits until it has stopped and started; the client's own limit is for calls that answer at once.
      const container = dockerEngine(place.endpoint, STOP_SECONDS + 30).getContainer(name);
      await container.restart({ t: STOP_SECONDS });
    } catch (error) {
      if (dockerStatus(error) === 404) throw new ServiceMissing(`no container ${name}`);
      throw error;
    }
    const deadline = performance.now() + HEALTHY_WITHIN_MS;
    while (!signal.aborted) {
      const state = (await look(stack, service))?.state;
      if (state === "healthy" || state === "running") return;
      if (performance.now() > deadline) throw new ServiceUnhealthy(`${name} is ${state ?? "gone"}`);
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  },
};
