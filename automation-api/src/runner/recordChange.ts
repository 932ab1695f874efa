import { nameKey } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../database/client.ts";
import { stackWithWish } from "../previews/stackWithWish.ts";
import type { ProjectSecretName } from "../secrets/contexts.ts";
import type { Run } from "./run.ts";

const IMPORTED_KEYS: readonly ProjectSecretName[] = [
  "imported_jwt_secret",
  "imported_anon_key",
  "imported_service_role_key",
];

/**
 * Writes a change that was made to the project's row.
 * @returns false where the new name is another project's by now; the rest is written
 */
export async function recordChange(tx: Transaction, { input, project }: Run): Promise<boolean> {
  const { name, size, extensions, stack, images, keys } = input.change ?? {};
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
      ...(keys === undefined ? {} : { keyGenerations: keys }),
      ...(stack === undefined && images === undefined ? {} : { stack: stackWithWish(project, { stack, images }) }),
    },
  });
  // Keys that were brought along are of generation 0: once that is gone nothing is made of them any more.
  if (keys !== undefined && keys.generation > 0 && keys.previous?.generation !== 0) {
    await tx.projectSecret.deleteMany({ where: { projectRef: ref, name: { in: [...IMPORTED_KEYS] } } });
  }
  return free;
}
