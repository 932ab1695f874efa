import { StackService } from "@supalove/contracts";
import type { Project } from "@supalove/contracts/api/index.ts";
import { Command } from "commander";
import type { CliContext, CommonOptions } from "../../context.ts";
import { CliError } from "../../errors.ts";
import type { ApiClient } from "../../http/api.ts";
import { action, withInstance } from "../common.ts";

interface Options extends CommonOptions {
  readonly service?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

type Images = Readonly<Record<string, string>>;

/** `supalove projects upgrade REF`. */
export function upgradeProjectCommand(): Command {
  return withInstance(new Command("upgrade"))
    .description("bring a dedicated project to other versions of its images, after a look at what that does")
    .argument("<ref>", "the project's ref")
    .option(
      "--service <name=version...>",
      "services and their versions; without it, all of them to those of this release",
    )
    .option("--yes", "do not ask after the preview")
    .option("--json", "print the project as one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  supalove projects upgrade REF                          everything to this release's versions\n" +
        "  supalove projects upgrade REF --service rest=v12.2.3\n" +
        "\nsupalove images list shows the versions. What does not become healthy is taken back by itself.",
    )
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        const wished = options.service === undefined ? undefined : imagesOf(options.service);
        const [{ segment, withApi }, { Project: Shape }] = await Promise.all([
          import("../../http/api.ts"),
          import("@supalove/contracts/api/index.ts"),
        ]);
        const { terminal } = context;
        const path = `/v1/projects/${segment("project ref", ref)}`;
        const project = await withApi(context, async (api) => {
          const found = await api.request("GET", path, Shape);
          const images = wished ?? newerOf(found);
          if (Object.keys(images).length === 0) {
            terminal.info(
              `There is nothing to upgrade: ${found.name} runs the versions of this release, or newer ones.`,
            );
            return found;
          }
          await upgrade(context, api, path, images, options.yes === true);
          return api.request("GET", path, Shape);
        });
        if (options.json === true) terminal.out(JSON.stringify(project, null, 2));
        else terminal.out(`${project.ref}  ${project.name}  ${project.status}  ${versionsText(project)}`);
      }),
    );
}

/** Preview, yes, apply: as everything that is looked at first. */
async function upgrade(context: CliContext, api: ApiClient, path: string, images: Images, yes: boolean): Promise<void> {
  const [
    { StartedOperation, StartedPreview },
    { getPreview, requireApproved, showPreview },
    { requireSuccess, watchOperation },
  ] = await Promise.all([
    import("@supalove/contracts/api/index.ts"),
    import("../../plan/showPreview.ts"),
    import("../../http/watchOperation.ts"),
  ]);
  const { terminal } = context;
  const started = await api.request("POST", `${path}/previews`, StartedPreview, { images });
  requireSuccess(await watchOperation(api, started.operation_id, terminal.info));
  const preview = await getPreview(api, started.id);
  if (!yes) showPreview({ ...terminal, out: terminal.info, info: () => undefined }, preview, false);
  requireApproved(preview);
  if (!yes) {
    const { confirmYes } = await import("../../confirm.ts");
    await confirmYes(context, "Upgrade the project?", "--yes");
  }
  const body = { preview_id: started.id };
  const { operation_id } = await api.request("POST", `${path}/operations`, StartedOperation, body);
  requireSuccess(await watchOperation(api, operation_id, terminal.info));
}

/** @throws CliError for a project that has no images of its own */
function newerOf({ stack, name }: Project): Images {
  if (stack !== null) return stack.newer;
  throw new CliError(
    `${name} is on the shared plan: it has no images of its own`,
    "its services are the platform's, and ./supalove up brings their versions",
  );
}

/** Services and versions as they are given, each service once. @throws CliError */
export function imagesOf(pairs: readonly string[]): Images {
  const images: Record<string, string> = {};
  for (const text of pairs) {
    const [service = "", version, ...more] = text.split("=");
    if (!version || more.length > 0) {
      throw new CliError(`--service ${text} has no version`, "write it as --service rest=v12.2.3");
    }
    if (!StackService.safeParse(service).success) {
      throw new CliError(
        `there is no service ${JSON.stringify(service)}`,
        `there are ${StackService.options.join(", ")}`,
      );
    }
    if (images[service] !== undefined) throw new CliError(`--service names ${service} twice`, "give it one version");
    images[service] = version;
  }
  return images;
}

/** `db 15.20-3f2a9c, rest 12.0.2-909ea1`; what the catalogue does not know has no name. */
export function versionsText({ stack }: Pick<Project, "stack">): string {
  return Object.entries(stack?.versions ?? {})
    .map(([service, version]) => `${service} ${version ?? "unnamed"}`)
    .join(", ");
}
