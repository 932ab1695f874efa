import type { PlannedStep } from "@supalove/components/preview/index.ts";
import { type ContainerInfo, mustDocker } from "../docker/docker.ts";
import { Deployment } from "./deployment.ts";

const CONTAINER = "docker:index/container:Container";

interface Attachment {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A running container that hangs on other networks than it should. The provider does not look at that. */
export interface NetworkDrift {
  readonly urn: string;
  /** Id of the container, and its name. */
  readonly id: string;
  readonly name: string;
  readonly wanted: readonly string[];
  readonly actual: readonly string[];
  /** Networks that it was taken off. */
  readonly lost: readonly Attachment[];
  /** Networks that it was put on by hand. */
  readonly added: readonly string[];
}

/**
 * Compares the networks of running containers with what a state says of them. One that stands still is looked at once it
 * runs.
 * @param deployment of the stack's exported state
 * @param gone names of networks that there are none of at the moment: nothing can be put on them
 */
export function networkDrift(
  deployment: unknown,
  containers: readonly ContainerInfo[],
  gone: ReadonlySet<string> = new Set(),
): readonly NetworkDrift[] {
  const running = new Map(containers.filter(({ State }) => State.Status === "running").map((one) => [one.Id, one]));
  return Deployment.parse(deployment ?? {}).resources.flatMap(({ type, urn, id, inputs }) => {
    const container = type === CONTAINER && id !== undefined ? running.get(id) : undefined;
    if (container === undefined || inputs === undefined) return [];
    const actual = Object.keys(container.NetworkSettings?.Networks ?? {}).sort();
    const wanted = inputs.networksAdvanced.map(({ name }) => name).sort();
    const lost = inputs.networksAdvanced.filter(({ name }) => !actual.includes(name) && !gone.has(name));
    // On the host's own network a container can't be put by hand.
    const added = actual.filter((name) => !wanted.includes(name) && name !== "host");
    if (lost.length === 0 && added.length === 0) return [];
    return [{ urn, id: container.Id, name: container.Name, wanted, actual, lost, added }];
  });
}

/** What a preview says of it. */
export function networkSteps(drift: readonly NetworkDrift[]): readonly PlannedStep[] {
  return drift.map(({ urn, name, wanted, actual }) => {
    const words = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
    const before = { name, networks: words(actual) };
    return {
      urn,
      type: CONTAINER,
      op: "update",
      custom: true,
      oldInputs: before,
      oldOutputs: before,
      newInputs: { name, networks: words(wanted) },
      differences: [{ path: "networks", kind: "update", inputs: true }],
    };
  });
}

/**
 * Puts containers back on the networks that they were taken off, without a restart.
 * @param detach also takes them off those that they were put on by hand
 * @returns how many containers were changed
 */
export async function mendNetworks(drift: readonly NetworkDrift[], detach: boolean): Promise<number> {
  const due = drift.filter(({ lost, added }) => lost.length > 0 || (detach && added.length > 0));
  for (const { id, lost, added } of due) {
    for (const { name, aliases } of lost) {
      await mustDocker(["network", "connect", ...aliases.flatMap((alias) => ["--alias", alias]), name, id]);
    }
    if (detach) for (const name of added) await mustDocker(["network", "disconnect", name, id]);
  }
  return due.length;
}
