import { setTimeout as sleep } from "node:timers/promises";
import { isFinal, OperationError, OperationStatus, type RepairState } from "@supalove/contracts";
import type { Database } from "../database/client.ts";

const PAUSE_MS = 500;

/**
 * How far operations are. Waits for news, so that whoever asks again and again starts few processes for it.
 * @param ended how many of them the caller knows to have ended
 * @param patienceMs how long to wait until more have
 */
export async function repairStates(
  database: Database,
  ids: readonly string[],
  ended: number,
  patienceMs: number,
): Promise<RepairState[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const states = await read(database, ids);
    const now = states.filter(({ status }) => isFinal(status)).length;
    if (now > ended || now === states.length || performance.now() > deadline) return states;
    await sleep(PAUSE_MS);
  }
}

async function read(database: Database, ids: readonly string[]): Promise<RepairState[]> {
  const rows = await database.operation.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, status: true, error: true, project: { select: { status: true } } },
  });
  return rows.map(({ id, status, error, project }) => ({
    operation_id: id,
    status: OperationStatus.parse(status),
    project_status: project?.status ?? "REMOVED",
    error: error === null ? null : OperationError.parse(error),
  }));
}
