import { chmod, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PROVIDER_NAME, PROVIDER_VERSION } from "@supalove/components/provider/identity.ts";
import type { CliContext } from "../context.ts";
import { readIfThere, replaceFile } from "../instance/atomicFile.ts";
import type { SetupStep } from "./step.ts";

/**
 * Our own provider as a plugin that plain `pulumi` finds: a script that runs it from this source tree, or from the one
 * that `./supalove env` named. The command line's own runs don't start it, they serve the provider themselves.
 */
export const providerStep: SetupStep = {
  name: "own provider",
  // The engine's set-up makes the folder of plugins its own.
  after: ["Pulumi engine"],
  async plan(context) {
    const file = pluginFile(context);
    const script = pluginScript(context.config.root);
    if ((await readIfThere(file)) === script) return undefined;
    return {
      what: "registering it with the engine",
      async run() {
        await mkdir(dirname(file), { recursive: true });
        await replaceFile(file, script, 0o755);
        await chmod(file, 0o755);
      },
    };
  },
};

function pluginFile({ config }: CliContext): string {
  const folder = `resource-${PROVIDER_NAME}-v${PROVIDER_VERSION}`;
  return join(config.pulumiHome, "plugins", folder, `pulumi-resource-${PROVIDER_NAME}`);
}

/** The plugin's text. */
export function pluginScript(root: string): string {
  return `#!/bin/sh
exec node --disable-warning=ExperimentalWarning "\${SUPALOVE_ROOT:-${root}}/components/src/provider/main.ts" "$@"
`;
}
