import type { Preview } from "@supalove/contracts/api/index.ts";
import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly confirm?: string;
  readonly wait: boolean;
  readonly json?: boolean;
}

/** `supalove projects apply PREVIEW`. */
export function applyPreviewCommand(): Command {
  return withInstance(new Command("apply"))
    .description("do exactly what a preview showed, or nothing where something else would happen by now")
    .argument("<preview>", "the preview's id, as supalove projects preview printed it")
    .option("--confirm <name>", "the project's name, for a preview that deletes data, where nobody can type it")
    .option("--no-wait", "end as soon as it is accepted")
    .option("--json", "print the operation as one JSON object")
    .action(
      action<Options>(async (context, options, [id = ""]) => {
        const [
          { segment, withApi },
          { Operation, StartedOperation },
          { getPreview, requireApproved, showPreview },
          { confirmByName },
        ] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../plan/showPreview.ts"),
          import("../../confirm.ts"),
        ]);
        const { terminal } = context;
        segment("preview id", id);
        const operation = await withApi(context, async (api) => {
          const preview = await getPreview(api, id);
          requireReady(preview);
          requireApproved(preview);
          let { confirm } = options;
          if (preview.confirm !== null && confirm === undefined) {
            showPreview({ ...terminal, out: terminal.info, info: () => undefined }, preview, false);
            await confirmByName(context, preview.confirm, `--confirm '${preview.confirm}'`);
            confirm = preview.confirm;
          }
          const { operation_id } = await api.request(
            "POST",
            `/v1/projects/${encodeURIComponent(preview.project_ref)}/operations`,
            StartedOperation,
            { preview_id: preview.id, ...(confirm === undefined ? {} : { confirm }) },
          );
          if (options.wait) {
            const { requireSuccess, watchOperation } = await import("../../http/watchOperation.ts");
            requireSuccess(await watchOperation(api, operation_id, terminal.info));
          }
          return api.request("GET", `/v1/operations/${operation_id}`, Operation);
        });
        if (options.json === true) terminal.out(JSON.stringify(operation, null, 2));
        else terminal.out(`operation ${operation.id} ${operation.status}: ${operation.summary}`);
      }),
    );
}

/** The API refuses it too; here it is said before anybody types a name. */
function requireReady({ id, status, error }: Preview): void {
  if (status === "ready") return;
  const reason = error === null ? "" : `: ${error.message}`;
  const waits = status === "queued" || status === "running";
  throw new CliError(
    `the preview ${id} is ${status}${reason}`,
    waits ? "wait until it is ready, then run this again" : "make a new one with supalove projects preview",
  );
}
