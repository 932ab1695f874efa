import { StackSettings } from "@supalove/contracts";
import { nameKey } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";
import type { Run } from "./run.ts";

/**
 * Writes a change that was made to the project's row.
 * @returns false where the new name is another project's by now; the rest is written
 */
export async function recordChange(tx: Transaction, { input, project }: Run): Promise<boolean> {
  const { name, size, extensions, stack } = input.change ?? {};
  const { ref, organizationId } = project;
  const key = name === undefined ? undefined : nameKey(name);
  const holder = key === undefined ? null : await tx.project.findFirst({ where: { organizationId, nameKey: key } });
  const free = holder === null || holder.ref === ref;
  await tx.project.update({
    where: { ref },
    data: {
      ...(name === undefined || key === undefined || !free ? {} : { name, nameKey: key }),
      ...(size === undefined ? {} : { size }),
      ...(extensions === undefined ? {} : { extensions }),
      ...(stack === undefined ? {} : { stack: { ...StackSettings.parse(project.stack), ...stack } }),
    },
  });
  return free;
}
