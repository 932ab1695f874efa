import type { Database } from "../database/client.ts";

/** True when the control database answers and its schema is there; the runner brings it. */
export async function isReady(database: Database): Promise<boolean> {
  try {
    await database.$queryRaw`select 1 from operations limit 1`;
    return true;
  } catch {
    return false;
  }
}
