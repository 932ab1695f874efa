import type { Actor } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import type { Project } from "../generated/prisma/client.ts";
import { addOperation } from "../operations/addOperation.ts";

/** Puts a look at a project into its queue; one that waits there already will do. @returns the operation's id */
export async function startLook(tx: Transaction, actor: Actor, { ref, name }: Pick<Project, "ref" | "name">) {
  const waiting = await tx.operation.findFirst({
    where: { projectRef: ref, kind: "refresh", status: "queued" },
    select: { id: true },
  });
  if (waiting !== null) return waiting.id;
  return addOperation(tx, actor, ref, "refresh", `Look for drift of project "${name}"`, { creates: false });
}
