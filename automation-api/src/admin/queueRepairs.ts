import type { QueuedRepair } from "@supalove/contracts";
import { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { PLATFORM } from "../auth/caller.ts";
import type { Database, Transaction } from "../database/client.ts";
import { addOperation } from "../operations/addOperation.ts";
import { openOperations } from "../operations/openOperations.ts";

/** Statuses of projects that are left alone, and why. */
const LEFT_ALONE: Readonly<Record<string, string>> = {
  INIT_FAILED: "it never was ready: restore it to try again, or delete it",
  GOING_DOWN: "it is being deleted",
  REMOVED: "it is deleted",
};

/**
 * Has every project of the instance run again with a look at the real resources, behind whatever is under way for it. Asked
 * again, it gives the operations that wait already. One transaction a project, so that people's requests are never held up.
 */
export async function queueRepairs(database: Database): Promise<QueuedRepair[]> {
  const projects = await database.project.findMany({
    where: { deletedAt: null },
    orderBy: { number: "asc" },
    select: { ref: true },
  });
  const queued: QueuedRepair[] = [];
  for (const { ref } of projects) {
    const one = await database.$transaction((tx) => queueRepair(tx, ref));
    if (one !== undefined) queued.push(one);
  }
  return queued;
}

async function queueRepair(tx: Transaction, ref: string): Promise<QueuedRepair | undefined> {
  // Locked as a request would.
  await tx.$queryRaw`select 1 from projects where ref = ${ref} for update`;
  const project = await tx.project.findUniqueOrThrow({ where: { ref } });
  if (project.deletedAt !== null) return undefined;
  const { name, status, plan } = project;
  const entry = { ref: ref as QueuedRepair["ref"], name, operation_id: null, skipped: null };
  const reason = LEFT_ALONE[status];
  if (reason !== undefined) return { ...entry, skipped: reason };
  const open = await tx.operation.findMany({ where: openOperations(ref), orderBy: { number: "desc" } });
  const repair = open.find(({ kind, input }) => kind === "up" && isRepair(input));
  // One that is still being made ends by itself: healthy, or with everything it had made taken away.
  const [last] = open;
  const waiting = repair ?? (status === "COMING_UP" ? last : undefined);
  if (waiting !== undefined) return { ...entry, operation_id: waiting.id };
  if (plan === "shared" && status === "INACTIVE") {
    return { ...entry, skipped: "it is paused: nothing of it runs, and its database is the cluster's" };
  }
  // Where something is under way the status is on its way, too, and that operation's to write.
  const settled = last === undefined ? { status_if_cancelled: ProjectStatus.parse(status) } : {};
  const operation_id = await addOperation(tx, PLATFORM, ref, "up", `Bring project "${name}" back`, {
    creates: false,
    repairs: true,
    ...settled,
  });
  return { ...entry, operation_id };
}

const isRepair = (input: unknown) =>
  typeof input === "object" && input !== null && "repairs" in input && input.repairs === true;
