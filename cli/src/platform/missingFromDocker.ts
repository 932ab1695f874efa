import { Deployment } from "@supalove/components/docker/deployment.ts";
import { strandedContainers } from "@supalove/components/docker/strandedContainers.ts";
import type { PlannedStep } from "@supalove/components/preview/index.ts";
import { type ContainerInfo, mustDocker } from "../docker/docker.ts";
import { CliError } from "../errors.ts";
import type { PlatformStack } from "./stack.ts";

/** A thing of Docker's that the stack's state names and the engine does not have, or not in a usable form. */
export interface MissingThing {
  readonly kind: "container" | "network" | "volume";
  readonly urn: string;
  /** Id in the engine; a volume's is its name. */
  readonly id: string;
  /** Its name in Docker. */
  readonly name: string;
  /** True for a container that stands still and can't be started any more: a network it was made for is gone. */
  readonly stranded: boolean;
}

/** What the engine has, by kind: full ids of containers and networks, names of volumes. */
export type DockerThings = Readonly<Record<MissingThing["kind"], ReadonlySet<string>>>;

/**
 * Compares a state with what there is.
 * @param deployment of the stack's exported state
 * @param stranded ids of containers that are there and yet of no use
 */
export function missingThings(
  deployment: unknown,
  there: DockerThings,
  stranded: ReadonlySet<string> = new Set(),
): readonly MissingThing[] {
  return Deployment.parse(deployment ?? {}).resources.flatMap(({ type, urn, id, inputs }): MissingThing[] => {
    const kind = /^docker:index\/(container|network|volume):/.exec(type)?.[1] as MissingThing["kind"] | undefined;
    if (kind === undefined || id === undefined) return [];
    if (there[kind].has(id) && !stranded.has(id)) return [];
    return [{ kind, urn, id, name: inputs?.name ?? id, stranded: stranded.has(id) }];
  });
}

/** Containers that a lost network has stranded. */
export const strandedIn = (containers: readonly ContainerInfo[], networks: ReadonlySet<string>): ReadonlySet<string> =>
  strandedContainers(
    containers.map(({ Id, State, NetworkSettings }) => ({
      id: Id,
      running: State.Status === "running",
      networkIds: Object.values(NetworkSettings?.Networks ?? {}).map(({ NetworkID }) => NetworkID),
    })),
    networks,
  );

/** Full ids of the engine's networks. */
export const dockerNetworks = async (): Promise<ReadonlySet<string>> =>
  new Set((await mustDocker(["network", "ls", "--quiet", "--no-trunc"])).split("\n"));

/**
 * What was removed by hand or lost with the engine's data. The Pulumi engine alone does not notice; it has to be told to
 * look.
 * @param deployment of the stack's exported state
 * @param containers the instance's
 */
export async function missingFromDocker(
  deployment: unknown,
  containers: readonly ContainerInfo[],
): Promise<readonly MissingThing[]> {
  const list = async (...args: string[]) => new Set((await mustDocker(args)).split("\n"));
  const [container, network, volume] = await Promise.all([
    list("container", "ls", "--all", "--quiet", "--no-trunc"),
    dockerNetworks(),
    list("volume", "ls", "--quiet"),
  ]);
  return missingThings(deployment, { container, network, volume }, strandedIn(containers, network));
}

/** Volumes whose loss is the loss of what people stored; figures of the past are not that. */
const holdsData = ({ kind, id }: MissingThing) => kind === "volume" && id.endsWith("-db-data");

/**
 * Stops where a database's volume is gone. Docker would make it anew, empty, in silence, while the state goes on to
 * believe in the roles and databases that were in it.
 * @throws CliError
 */
export function refuseLostData(missing: readonly MissingThing[]): void {
  const lost = missing.filter(holdsData).map(({ id }) => id);
  if (lost.length === 0) return;
  throw new CliError(
    `the volume ${lost.join(" and ")} is gone, and with it the databases that were in it; nothing was changed`,
    "restore it from a backup under the same name, or start anew: ./supalove destroy, then ./supalove up",
  );
}

/**
 * Has the state forget what is gone, so that the next run makes it anew. Only that is looked at: to look at everything, the
 * databases would have to answer, and they may be what is gone.
 */
export async function forgetMissing({ stack }: PlatformStack, missing: readonly MissingThing[]): Promise<void> {
  const stranded = missing.filter((thing) => thing.stranded).map(({ id }) => id);
  if (stranded.length > 0) await mustDocker(["rm", ...stranded]);
  await stack.refresh({ target: missing.map(({ urn }) => urn), suppressProgress: true, color: "never" });
}

/** What a preview says of things that are gone: the engine, which doesn't look, would leave them as they are. */
export function createdAnew(missing: readonly MissingThing[]): readonly PlannedStep[] {
  return missing.map(({ urn, name }) => ({
    urn,
    type: urn.split("::")[2]?.split("$").at(-1) ?? "",
    op: "create",
    custom: true,
    oldInputs: {},
    oldOutputs: {},
    newInputs: { name },
    differences: [],
  }));
}
