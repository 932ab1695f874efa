import { access } from "node:fs/promises";
import { join } from "node:path";
import { type EngineConfig, loadEngineConfig } from "@supalove/engine/config.ts";
import { engineSourcesDigest } from "@supalove/engine/modules.ts";
import { ENGINE_PARTS } from "@supalove/engine/parts.ts";
import { partStates } from "@supalove/engine/stamp.ts";
import type { CliContext } from "../context.ts";
import type { SetupStep } from "./step.ts";

/** The Pulumi engine, the Node language host and the provider plugins, in the pinned versions. */
export const engineStep: SetupStep = {
  name: "Pulumi engine",
  after: ["host packages"],
  async plan(context) {
    const config = engineConfig(context);
    const states = await partStates(config, ENGINE_PARTS, await engineSourcesDigest());
    const due = ENGINE_PARTS.filter(({ id }) => states.get(id)?.state !== "current");
    if (due.length === 0) return undefined;
    return {
      what: `looking for ${due.map(({ title }) => title).join(", ")}`,
      async run(report) {
        // Loaded only when there is work: it brings half of npm with it.
        const { obtainEngine } = await import("@supalove/engine");
        await obtainEngine({ config, onProgress: report, signal: context.signal });
      },
    };
  },
};

/** True when a part of the engine is not on this machine at all, so that it has to be fetched or built. */
export async function engineMissing(context: CliContext): Promise<boolean> {
  const config = engineConfig(context);
  const there = await Promise.allSettled(ENGINE_PARTS.map(({ file }) => access(join(config.home, file))));
  return there.some(({ status }) => status === "rejected");
}

const engineConfig = ({ config }: CliContext): EngineConfig =>
  loadEngineConfig({ ...config.env, PULUMI_HOME: config.pulumiHome });
