import type { StackContainer } from "@supalove/contracts/api/index.ts";
import { SERVICE_WORDS } from "./serviceWords.ts";

const WORDS: Readonly<Record<StackContainer["state"], string>> = {
  healthy: "healthy",
  running: "running",
  starting: "still starting",
  unhealthy: "unhealthy",
  stopped: "stopped",
  missing: "missing",
};

export const isWell = ({ state }: Pick<StackContainer, "state">): boolean => state === "healthy" || state === "running";

/** What is wrong with a project's containers, as "Postgres is stopped"; undefined where all are well. */
export function stackFault(containers: readonly StackContainer[]): string | undefined {
  const ill = containers.filter((container) => !isWell(container));
  if (ill.length === 0) return undefined;
  return ill.map(({ service, state }) => `${SERVICE_WORDS[service]} is ${WORDS[state]}`).join(", and ");
}
