import { summarize } from "@supalove/components/preview/plannedChanges.ts";
import { lookAhead } from "./lookAhead.ts";
import type { Ending, Run } from "./run.ts";

/** Finds out what a wished change would do and writes it down; nothing else is written anywhere. */
export async function previewProject(run: Run): Promise<Ending> {
  const { preview } = run;
  if (preview === null) throw new Error(`operation ${run.operation.id} is a preview without one`);
  const look = await lookAhead(run, preview);
  if (look.status !== "planned") return look;
  const { digest } = look;
  const changes = [...look.changes];
  return {
    status: "succeeded",
    write: async (tx) => {
      await tx.preview.update({
        where: { id: preview.id },
        data: {
          digest,
          changes,
          summary: summarize(changes),
          destructive: changes.some((change) => change.destructive),
        },
      });
    },
  };
}
