import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, InlineProgramArgs, Stack } from "@pulumi/pulumi/automation/index.js";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";

export interface GoldenStack {
  readonly project: string;
  readonly stack: string;
  readonly program: InlineProgramArgs["program"];
  readonly env: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>>;
}

export interface GoldenRun extends GoldenStack {
  /** File of the state, as an earlier version left it. */
  readonly state: string;
}

/** Makes an empty stack in a place of its own, uses it and takes the place away; what the stack made there is the user's matter. */
export async function withGoldenStack<T>(
  { project, stack: name, program, env, config }: GoldenStack,
  use: (stack: Stack) => Promise<T>,
): Promise<T> {
  const pulumiHome = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const folder = await mkdtemp(join(tmpdir(), "supalove-golden-"));
  const url = `file://${join(folder, "state")}`;
  await mkdir(join(folder, "state"));
  await writeFile(join(folder, "passphrase"), "golden");
  try {
    const stack = await LocalWorkspace.createStack(
      { stackName: name, projectName: project, program },
      {
        workDir: folder,
        pulumiHome,
        pulumiCommand: await PulumiCommand.get({ root: pulumiHome }),
        projectSettings: { name: project, runtime: "nodejs", backend: { url } },
        envVars: {
          PULUMI_BACKEND_URL: url,
          PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          ...env,
        },
      },
    );
    for (const [key, value] of Object.entries(config ?? {})) await stack.setConfig(key, { value });
    return await use(stack);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Previews the present program on a state that an earlier version wrote, in a place of its own; gives the engine's events. */
export const goldenPreview = ({ state, ...golden }: GoldenRun): Promise<EngineEvent[]> =>
  withGoldenStack(golden, async (stack) => {
    const { deployment } = JSON.parse(await readFile(state, "utf8")) as { deployment: { resources: unknown } };
    // The empty stack's own deployment says how its secrets are sealed.
    const fresh = await stack.exportStack();
    const { resources } = deployment;
    await stack.importStack({ ...fresh, deployment: { ...(fresh.deployment as object), resources } });
    const events: EngineEvent[] = [];
    await stack.preview({ color: "never", suppressProgress: true, onEvent: (event) => events.push(event) });
    return events;
  });
