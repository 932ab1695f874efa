import type { Transaction } from "../database/client.ts";

/**
 * Whether an operation waits behind the given one that has set the project's status: until that one ends, nobody else writes
 * it. A destroy always has, also one that an earlier version queued without a word on it.
 */
export async function isStatusHeld(tx: Transaction, projectRef: string, number: bigint): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ held: boolean }[]>`
    select exists (select from operations where project_ref = ${projectRef} and number > ${number} and status = 'queued'
      and (kind = 'destroy' or input ? 'status_meanwhile')) as held`;
  return found?.held === true;
}
