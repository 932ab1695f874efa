import { EngineDied } from "../engine/enginePort.ts";
import type { EngineCommand } from "../engine/protocol.ts";
import { keyGenerations } from "../projects/keyGenerations.ts";
import { engineInput } from "./projectSpec.ts";
import type { Run } from "./run.ts";

/**
 * Gives a project the keys back that it had, where a rotation of them failed: some of its containers may know the new ones
 * already, and without an overlap those alone. The end of an overlap is not taken back: what it forgot can't be drawn again.
 * @param command the rotation that failed
 * @throws LeaseLost, RunnerStopping
 */
export async function putBackKeys(run: Run, command: EngineCommand): Promise<void> {
  const wished = run.input.change?.keys;
  if (wished === undefined || wished.generation === keyGenerations(run.project).generation) return;
  run.journal.phase("rollback", "Giving the project the keys back that it had");
  // Read again: passwords that were rotated along with the keys stay new.
  const row = await run.services.database.project.findUniqueOrThrow({ where: { ref: run.project.ref } });
  const { spec } = await engineInput(run.services, row);
  const outcome = await run
    .engine({ ...command, spec, presence: "unknown", recover: true }, false)
    .catch((error: unknown) => {
      if (!(error instanceof EngineDied)) throw error;
    });
  if (outcome?.status === "succeeded") return;
  run.services.logger.error({ operation: run.operation.id, outcome }, "the keys could not be put back");
  run.journal.add({
    type: "diagnostic",
    severity: "warning",
    message:
      "Some parts of the project may know its new keys only; a repair of its drift gives them the old ones back.",
  });
}
