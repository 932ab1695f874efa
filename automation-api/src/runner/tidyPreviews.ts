import type { Database } from "../database/client.ts";

/** A preview that nobody applied is kept this long. What was applied stays with its operation. */
const KEPT_DAYS = 7;

/** Forgets old previews that came to nothing, with the operations that made them and the secrets sealed beside them. */
export async function tidyPreviews(database: Database): Promise<void> {
  await database.$transaction(async (tx) => {
    const locked = await tx.$queryRaw<{ id: string }[]>`
      select p.id from previews p
      where p.created_at < now() - make_interval(days => ${KEPT_DAYS}::int) and not exists (
        select from operations o where o.preview_id = p.id
          and (o.kind <> 'preview' or o.status in ('queued', 'running', 'interrupted')))
      for update of p`;
    // Asked again, by a statement of its own: an apply that held the lock has left the preview's row unchanged, so the first one
    // did not look at the operations anew.
    const rows = await tx.$queryRaw<{ id: string }[]>`
      select p.id from previews p
      where p.id = any(${locked.map(({ id }) => id)}) and not exists (
        select from operations o where o.preview_id = p.id
          and (o.kind <> 'preview' or o.status in ('queued', 'running', 'interrupted')))`;
    const ids = rows.map(({ id }) => id);
    await tx.operation.deleteMany({ where: { previewId: { in: ids } } });
    await tx.preview.deleteMany({ where: { id: { in: ids } } });
  });
}
