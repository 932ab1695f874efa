/** A container, and the ids of the networks it was made for or is on. */
export interface TiedContainer {
  readonly id: string;
  readonly running: boolean;
  readonly networkIds: readonly string[];
}

/**
 * Containers that can't be started any more, since a network they are tied to is gone. One that runs has its networks; one that
 * never was started has none yet.
 * @param networks ids of those that there are
 * @returns ids
 */
export function strandedContainers(containers: readonly TiedContainer[], networks: ReadonlySet<string>): Set<string> {
  const gone = (id: string) => id !== "" && !networks.has(id);
  return new Set(containers.filter(({ running, networkIds }) => !running && networkIds.some(gone)).map(({ id }) => id));
}
