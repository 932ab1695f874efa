import type { Transaction } from "../database/client.ts";
import { ApiError } from "../http/apiError.ts";

const PURPOSES = ["gateway", "database"] as const;

/** A preview that nobody applied keeps its ports this long when others want them. */
const PREVIEW_HOLDS_MINUTES = 60;

interface Range {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Gives a project its ports on a server, the lowest that are free; one that has them keeps them. Projects that come
 * at the same time wait for each other until the transaction ends, so two never get the same.
 * @throws ApiError `server_full`
 */
export async function leasePorts(tx: Transaction, serverId: string, projectRef: string): Promise<void> {
  const server = await lockedRange(tx, serverId);
  const held = await tx.portLease.findMany({ where: { projectRef } });
  for (const purpose of PURPOSES) {
    if (held.some((lease) => lease.purpose === purpose)) continue;
    const port = (await lowestFree(tx, server)) ?? (await reclaim(tx, server));
    if (port === undefined) throw serverFull(server);
    await tx.portLease.create({ data: { serverId, port, projectRef, purpose } });
  }
}

/** Moves a lease to the lowest free port above its own. @returns that port, or undefined where there is none */
export async function takeNextPort(
  tx: Transaction,
  { serverId, port }: { readonly serverId: string; readonly port: number },
): Promise<number | undefined> {
  const range = await lockedRange(tx, serverId);
  const next = await lowestFree(tx, { ...range, from: port + 1 });
  if (next === undefined) return undefined;
  await tx.portLease.update({ where: { serverId_port: { serverId, port } }, data: { port: next } });
  return next;
}

/** The range of a server, whose ports nobody else gives out until the transaction ends. */
async function lockedRange(tx: Transaction, serverId: string): Promise<Range> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`ports of ${serverId}`}, 0))`;
  const [server] = await tx.$queryRaw<Range[]>`
    select id, port_from as from, port_to as to from servers where id = ${serverId}`;
  if (server === undefined) throw new Error(`no server ${serverId}`);
  return server;
}

async function lowestFree(tx: Transaction, { id, from, to }: Range): Promise<number | undefined> {
  const [found] = await tx.$queryRaw<{ port: number }[]>`
    select free.number as port from generate_series(${from}::int, ${to}::int) as free (number)
    where not exists (select from port_leases l where l.server_id = ${id} and l.port = free.number)
    order by free.number limit 1`;
  return found?.port;
}

/** Takes back what previews hold that came to nothing. */
async function reclaim(tx: Transaction, server: Range): Promise<number | undefined> {
  await tx.$executeRaw`
    delete from port_leases l where l.server_id = ${server.id}
      and l.created_at < now() - make_interval(mins => ${PREVIEW_HOLDS_MINUTES}::int)
      and not exists (select from projects p where p.ref = l.project_ref and p.deleted_at is null)`;
  return lowestFree(tx, server);
}

function serverFull({ from, to }: Range): ApiError {
  return new ApiError(
    "server_full",
    `All ports for dedicated projects (${from} to ${to}) are in use.`,
    "Delete a dedicated project that is not needed, or ask who runs this server for more ports.",
    { headers: { "Retry-After": "300" } },
  );
}
