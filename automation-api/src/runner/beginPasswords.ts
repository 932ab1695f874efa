import type { Run } from "./run.ts";

/**
 * Writes that a project has new database passwords before the first of them is set. From then on there is no way back, only
 * forward: should the rotation be cut off or fail, whatever runs the stack next finishes it. The old generation in the row would
 * have it draw back passwords that the database may not take any more, and forget those that it does.
 */
export async function beginPasswords({ input, project, lease }: Run): Promise<void> {
  const { passwords } = input.change ?? {};
  if (passwords === undefined) return;
  const { ref } = project;
  await lease.transaction(async (tx) => {
    await tx.project.update({ where: { ref }, data: { passwordGeneration: passwords.generation } });
    // One that was chosen after the rotation was asked for has an operation of its own behind this one.
    await tx.projectSecret.deleteMany({
      where: { projectRef: ref, name: "imported_db_pass", updatedAt: { lt: new Date(passwords.at) } },
    });
  });
}
