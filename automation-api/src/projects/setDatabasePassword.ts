import { sealSecret } from "@supalove/contracts";
import type { Services } from "../api/services.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { addOperation } from "../operations/addOperation.ts";
import { projectSecretContext } from "../secrets/contexts.ts";
import { checkUp } from "./checkUp.ts";
import type { LoadedProject } from "./loadProject.ts";

/**
 * Starts the operation that gives the project's own login a new password. It is kept as one that was brought along: from
 * then on the project's stack has it from there.
 * @returns the operation's id
 * @throws ApiError `project_not_ready`
 */
export async function setDatabasePassword(
  services: Services,
  tx: Transaction,
  caller: Caller,
  project: LoadedProject,
  password: string,
): Promise<string> {
  const { ref, name } = project;
  checkUp(project);
  const context = projectSecretContext(ref, "imported_db_pass");
  const sealed = await sealSecret(services.env.SUPALOVE_MASTER_KEY, context, password);
  await tx.$executeRaw`select keep_database_password(${ref}, ${sealed})`;
  const summary = `Set the database password of project "${name}"`;
  return addOperation(tx, caller, ref, "up", summary, { creates: false });
}
