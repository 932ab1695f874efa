import type { Caller } from "../auth/caller.ts";
import type { Scope } from "../auth/roles.ts";
import { atOneMoment } from "../database/atOneMoment.ts";
import type { Database, Transaction } from "../database/client.ts";
import type { Loader } from "../http/defineRoute.ts";
import { errors } from "../http/errors.ts";
import { type LoadedProject, loadProject, requireMembership, WITH_PLACE } from "../projects/loadProject.ts";
import { type PreviewRow, WITH_OPERATIONS } from "./previewStatus.ts";

export interface LoadedPreview {
  readonly preview: PreviewRow;
  /** Null where the project is not there yet, or not any more. */
  readonly project: LoadedProject | null;
}

/** Finds the preview a path names, for members of its organization only. */
export const loadPreview: Loader<LoadedPreview, { id: string }> = (db, caller, { id }, scope, mode) =>
  findPreview(db, caller, { id }, scope, mode);

/** Finds a preview below its project; one of another project is as unknown as one that does not exist. */
export const loadProjectPreview: Loader<LoadedPreview, { ref: string; id: string }> = (
  db,
  caller,
  params,
  scope,
  mode,
) => findPreview(db, caller, { id: params.id, projectRef: params.ref }, scope, mode);

async function findPreview(
  db: Database | Transaction,
  caller: Caller,
  where: { id: string; projectRef?: string },
  scope: Scope,
  mode: "read" | "lock",
): Promise<LoadedPreview> {
  if (mode === "lock") await db.$queryRaw`select 1 from previews where id = ${where.id} for update`;
  // Its status is made of three tables.
  return atOneMoment(db, async (tx) => {
    const preview = await tx.preview.findFirst({
      where: { ...where, organization: { members: { some: { userId: caller.userId } } } },
      include: WITH_OPERATIONS,
    });
    if (preview === null) throw errors.previewNotFound();
    await requireMembership(tx, caller, preview.organizationId, scope, errors.previewNotFound);
    const ref = preview.projectRef;
    return { preview, project: await tx.project.findFirst({ where: { ref, deletedAt: null }, include: WITH_PLACE }) };
  });
}

/** What an apply is about: a project that is there, or one that a preview is to create. */
export interface ApplyTarget {
  readonly ref: string;
  readonly organizationId: string;
  readonly project: LoadedProject | null;
}

/** Finds what a path's ref stands for; a foreign one is answered exactly like an unknown one. */
export const loadApplyTarget: Loader<ApplyTarget, { ref: string }> = async (db, caller, { ref }, scope, mode) => {
  const there = await db.project.findFirst({ where: { ref, deletedAt: null }, select: { ref: true } });
  if (there !== null) {
    const project = await loadProject(db, caller, { ref }, scope, mode);
    return { ref, organizationId: project.organizationId, project };
  }
  const planned = await db.preview.findFirst({ where: { projectRef: ref, kind: "create" } });
  if (planned === null) throw errors.projectNotFound();
  await requireMembership(db, caller, planned.organizationId, scope, errors.projectNotFound);
  return { ref, organizationId: planned.organizationId, project: null };
};
