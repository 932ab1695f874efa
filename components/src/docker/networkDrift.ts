import type { PlannedStep } from "../preview/index.ts";
import { CONTAINER, Deployment } from "./deployment.ts";

/** A running container and the networks that it is on. */
export interface AttachedContainer {
  readonly id: string;
  readonly name: string;
  readonly networks: readonly string[];
}

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
 * Compares the networks of running containers with what a state says of them.
 * @param containers those that run
 * @param deployment of the stack's exported state
 * @param gone names of networks that there are none of at the moment: nothing can be put on them
 */
export function networkDrift(
  deployment: unknown,
  containers: readonly AttachedContainer[],
  gone: ReadonlySet<string> = new Set(),
): readonly NetworkDrift[] {
  const running = new Map(containers.map((container) => [container.id, container]));
  return Deployment.parse(deployment ?? {}).resources.flatMap(({ type, urn, id, inputs }) => {
    const container = type === CONTAINER && id !== undefined ? running.get(id) : undefined;
    if (container === undefined || inputs === undefined) return [];
    const actual = [...container.networks].sort();
    const wanted = inputs.networksAdvanced.map(({ name }) => name).sort();
    const lost = inputs.networksAdvanced.filter(({ name }) => !actual.includes(name) && !gone.has(name));
    // On the host's own network a container can't be put by hand.
    const added = actual.filter((name) => !wanted.includes(name) && name !== "host");
    if (lost.length === 0 && added.length === 0) return [];
    return [{ urn, id: container.id, name: container.name, wanted, actual, lost, added }];
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
