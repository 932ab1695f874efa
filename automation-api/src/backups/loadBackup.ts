import type { Caller } from "../auth/caller.ts";
import type { Backup, Prisma } from "../generated/prisma/client.ts";
import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";
import { requireMembership } from "../projects/loadProject.ts";

/** Backups of the caller's organizations that are not to be forgotten already. */
export const backupsOf = ({ userId }: Caller): Prisma.BackupWhereInput => ({
  organization: { members: { some: { userId } } },
  expiresAt: { gt: new Date() },
});

/** Finds the backup a path names, for members of its organization only. */
export const loadBackup: Loader<Backup, { id: string }> = async (db, caller, { id }, scope) => {
  const found = await db.backup.findFirst({ where: { id, ...backupsOf(caller) } });
  if (found === null) throw errors.backupNotFound();
  await requireMembership(db, caller, found.organizationId, scope, errors.backupNotFound);
  return found;
};
