import type { Database } from "../database/client.ts";

/**
 * Ends the leases that an earlier life of this runner held, so that its work is taken up at once and not when they run
 * out. Right only where nothing of that life can be left: see {@link beginsItsHost}.
 * @param host name of the runner's host
 * @returns how many there were
 */
export async function inheritLeases(database: Database, host: string): Promise<number> {
  return database.$executeRaw`
    update operations set lease_until = now() - interval '1 millisecond'
    where status = 'running' and runner_host = ${host} and lease_until >= now()`;
}

/**
 * Whether every process of this host began with this one or after it, as in a container: its first process is the init
 * that started this one, and with an earlier first process the kernel ended all others.
 */
export const beginsItsHost = (self: Pick<NodeJS.Process, "pid" | "ppid">): boolean => self.pid === 1 || self.ppid === 1;
