import type { OperationError } from "@supalove/contracts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";
import { takeNextPort } from "../projects/leasePorts.ts";
import { engineInput, type ProjectFacts } from "./projectSpec.ts";
import { rollBack } from "./rollBack.ts";
import type { Run } from "./run.ts";

/** A creation gives up when so many ports in a row are other programs'. */
const MOVES = 5;

export type UpCommand = Extract<EngineCommand, { readonly action: "up" }>;

/** What was tried last, and how it went. */
export interface Attempt {
  readonly command: UpCommand;
  readonly outcome: EngineOutcome;
}

/**
 * Goes on with a creation that failed because a program of the server's has a port that no lease knows of: with the next
 * ports, as often as it takes. One that was previewed keeps its ports, as they were shown.
 * @param make makes the stack
 */
export async function makeOnOtherPorts(
  run: Run,
  project: ProjectFacts,
  failed: Attempt,
  make: (command: UpCommand) => Promise<EngineOutcome>,
): Promise<Attempt> {
  let { command, outcome } = failed;
  for (let moves = 0; moves < MOVES && run.preview === null; moves++) {
    if (outcome.status !== "failed" || outcome.error.code !== "port_in_use") break;
    await rollBack(run, command);
    if (!(await movePorts(run, outcome.error))) break;
    const { spec } = await engineInput(run.services, project);
    command = { ...command, spec, presence: "unknown", recover: false };
    outcome = await make(command);
  }
  return { command, outcome };
}

/**
 * Gives a project the next ports in place of those that an error names.
 * @returns false where it names none of the project's, or none above is free
 */
async function movePorts(run: Run, error: OperationError): Promise<boolean> {
  const named = new Set([...error.message.matchAll(/:(\d{2,5})\b/g)].map(([, digits]) => Number(digits)));
  return run.lease.transaction(async (tx) => {
    const leases = await tx.portLease.findMany({ where: { projectRef: run.project.ref } });
    const taken = leases.filter(({ port }) => named.has(port));
    for (const lease of taken) {
      const next = await takeNextPort(tx, lease);
      if (next === undefined) return false;
      const message = `Port ${lease.port} of the server is another program's: the project gets ${next}.`;
      run.journal.add({ type: "diagnostic", severity: "warning", message });
    }
    return taken.length > 0;
  });
}
