import { type Preview, Project, StartedOperation, StartedPreview } from "@supalove/contracts/api/index.ts";
import { confirmYes } from "../confirm.ts";
import type { CliContext } from "../context.ts";
import type { ApiClient } from "../http/api.ts";
import { requireSuccess, watchOperation } from "../http/watchOperation.ts";
import { getPreview, requireApproved, showPreview } from "./showPreview.ts";

/**
 * Changes a project by a preview: shows what would happen, asks, and does exactly that.
 * @param path of the project
 * @param body the wished change
 * @param yes do not ask
 * @returns the project as it is then
 * @throws CliError
 */
export async function changeByPreview(
  context: CliContext,
  api: ApiClient,
  path: string,
  body: Readonly<Record<string, unknown>>,
  yes: boolean,
): Promise<Project> {
  const { terminal } = context;
  const started = await api.request("POST", `${path}/previews`, StartedPreview, body);
  requireSuccess(await watchOperation(api, started.operation_id, () => undefined));
  const preview: Preview = await getPreview(api, started.id);
  // What was asked for is for people to read; the standard output is the project's.
  showPreview({ ...terminal, out: terminal.info, info: () => undefined }, preview, false);
  requireApproved(preview);
  if (!yes) await confirmYes(context, "Do this?", "--yes");
  const { operation_id } = await api.request("POST", `${path}/operations`, StartedOperation, {
    preview_id: preview.id,
  });
  requireSuccess(await watchOperation(api, operation_id, terminal.info));
  return api.request("GET", path, Project);
}
