import { buildImages } from "@supalove/images";
import { readStackConfig } from "../instance/stackConfig.ts";
import { elapsed } from "../terminal.ts";
import type { SetupStep } from "./step.ts";

/** The container images that are built here. */
export const imagesStep: SetupStep = {
  name: "images",
  after: ["host packages", "Docker engine", "database client"],
  async plan(context) {
    // The base and Node images only matter as parents of others; one that was pruned is built when a child needs it.
    const missing = (await context.facts.missingImages()).filter((name) => name !== "base" && name !== "node");
    if (missing.length === 0) return undefined;
    return {
      what: `building ${missing.join(", ")}`,
      async run(report) {
        const { imageSet, postgis } = await readStackConfig(context.paths.stackConfig);
        await buildImages({
          set: imageSet,
          postgis,
          logDir: context.logDir,
          signal: context.signal,
          onProgress({ image, state, message, elapsedMs, done, of }) {
            if (state === "building") context.log(`${image}: ${message}`);
            else report(`${image} ${state} in ${elapsed(elapsedMs)} (${done} of ${of})`);
          },
        });
      },
    };
  },
};
