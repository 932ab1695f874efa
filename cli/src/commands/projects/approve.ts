import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly digest?: string;
  readonly withdraw?: boolean;
  readonly json?: boolean;
}

/** `supalove projects approve PREVIEW`. */
export function approvePreviewCommand(): Command {
  return withInstance(new Command("approve"))
    .description("approve a preview that somebody else asked for, so that it may be applied")
    .argument("<preview>", "the preview's id")
    .option("--digest <digest>", "approve it if it is this one, where nobody can type (projects preview --json has it)")
    .option("--withdraw", "take your approval back")
    .option("--json", "print the preview as one JSON object")
    .action(
      action<Options>(async (context, options, [id = ""]) => {
        if (options.digest !== undefined && options.withdraw === true) {
          throw new CliError("--withdraw takes no --digest", "give one of the two");
        }
        const [{ segment, withApi }, { Preview }, { getPreview, showPreview }, { confirmByName }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
          import("../../plan/showPreview.ts"),
          import("../../confirm.ts"),
        ]);
        const { terminal } = context;
        const path = `/v1/previews/${segment("preview id", id)}/approve`;
        const preview = await withApi(context, async (api) => {
          if (options.withdraw === true) return api.request("DELETE", path, Preview);
          let { digest } = options;
          if (digest === undefined) {
            const found = await getPreview(api, id);
            showPreview({ ...terminal, out: terminal.info, info: () => undefined }, found, false);
            await confirmByName(context, "approve", `--digest ${found.digest ?? "<digest>"}`);
            digest = found.digest ?? "";
          }
          return api.request("POST", path, Preview, { digest });
        });
        if (options.json === true) terminal.out(JSON.stringify(preview, null, 2));
        else terminal.out(`preview ${preview.id}: ${approvalLine(preview.approval)}`);
      }),
    );
}

/** Where a preview stands with its second person, in a few words. */
export function approvalLine({
  required,
  approved_by,
}: {
  required: boolean;
  approved_by: { name: string }[];
}): string {
  if (approved_by.length > 0) return `approved by ${approved_by.map(({ name }) => name).join(", ")}`;
  return required ? "waits for a second person's approval" : "needs no approval";
}
