import { canonical } from "@supalove/components/preview/propertyValue.ts";
import type { Json } from "@supalove/components/preview/redactor.ts";
import { StackSettings } from "@supalove/contracts";
import { nameKey, ProjectChange, UpdateProjectBody } from "@supalove/contracts/api/index.ts";
import type { Transaction } from "../../database/client.ts";
import { isUniqueViolation } from "../../database/failures.ts";
import { defineChange } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { changeState } from "../../operations/addOperation.ts";
import { openOperations } from "../../operations/openOperations.ts";
import { stackWithWish } from "../../previews/stackWithWish.ts";
import type { ProjectWish } from "../../previews/wished.ts";
import { changeProject } from "../../projects/changeProject.ts";
import { type LoadedProject, loadProject } from "../../projects/loadProject.ts";
import { projectChangeView } from "../../projects/projectView.ts";
import { projectWish } from "../../projects/projectWish.ts";
import { ProjectParams } from "../params.ts";

export const updateProjectRoute = defineChange({
  operation: "updateProject",
  summary: "Change a project's name at once, its size, extensions and versions by an operation",
  method: "patch",
  path: "/projects/{ref}",
  params: ProjectParams,
  body: UpdateProjectBody,
  response: { status: 200, schema: ProjectChange, description: "Done where no operation is named, else under way" },
  scope: "projects:write",
  load: loadProject,
  idempotent: true,
  impact: "change",
  fails: [409],
  async handler({ services, loaded: project, caller, body }, tx) {
    if (project.status === "GOING_DOWN") throw errors.projectNotReady(project.status);
    const { name = project.name, ...wish } = await projectWish(services, tx, project, body);
    if (name !== project.name) await rename(tx, project, name);
    const operationId = (await isNews(tx, project, wish))
      ? await changeProject(tx, caller, { ...project, name }, wish, null)
      : null;
    return {
      body: projectChangeView({ ...project, name }, operationId),
      audit: {
        organizationId: project.organizationId,
        projectRef: project.ref,
        details: { from: project.name, to: name, operation_id: operationId },
      },
    };
  },
});

/** @throws ApiError `project_busy`, `name_taken` */
async function rename(tx: Transaction, { ref }: LoadedProject, name: string): Promise<void> {
  // A preview's change writes its name when it is done, over one that was given after it was asked for.
  const path = ["change", "name"];
  const renaming = await tx.operation.count({
    where: { ...openOperations(ref), input: { path, string_contains: "" } },
  });
  if (renaming > 0) throw errors.projectBusy("The project's name is being changed already.");
  try {
    await tx.project.update({ where: { ref }, data: { name, nameKey: nameKey(name) } });
  } catch (error) {
    throw isUniqueViolation(error) ? errors.nameTaken(name) : error;
  }
  await changeState(tx, ref);
}

/** Whether anything is wished for that is not so already, or on its way: else nothing has to run. */
async function isNews(
  tx: Transaction,
  project: LoadedProject,
  { size, extensions, stack, images, keys, passwords }: ProjectWish,
): Promise<boolean> {
  if (keys !== undefined || passwords !== undefined) return true;
  if ((size ?? extensions ?? stack ?? images) === undefined) return false;
  const had = new Set(project.extensions);
  const sameExtensions =
    extensions === undefined || (extensions.length === had.size && extensions.every((name) => had.has(name)));
  if ((size !== undefined && size !== project.size) || !sameExtensions) return true;
  // Of the shared plan there is no stack: the change refuses it.
  if (project.stack === null && stack !== undefined) return true;
  if (project.stack !== null) {
    const wished = stackWithWish(project, { stack, images });
    if (canonical(wished as Json) !== canonical(StackSettings.parse(project.stack) as Json)) return true;
  }
  const { ref: projectRef } = project;
  const open = { in: ["queued", "running", "interrupted"] };
  return (await tx.operation.count({ where: { projectRef, kind: { in: ["up", "upgrade"] }, status: open } })) > 0;
}
