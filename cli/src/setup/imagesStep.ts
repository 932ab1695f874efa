import { type BuildName, buildImages } from "@supalove/images";
import { imageSetOf } from "../instance/stackConfig.ts";
import { elapsed } from "../terminal.ts";
import { baseImageProblem } from "./baseImageProblem.ts";
import type { SetupStep } from "./step.ts";

/** The container images that are built here. */
export const imagesStep: SetupStep = {
  name: "images",
  after: ["host packages", "Docker engine", "database client"],
  async plan(context) {
    const all = await context.facts.missingImages();
    // The base and Node images only matter as parents of others; one that was pruned is built when a child needs it.
    const missing = all.filter((name) => name !== "base" && name !== "node");
    if (missing.length === 0) return undefined;
    // Told now, not after Docker and a compiler were installed.
    const problem = all.includes("base") ? await baseImageProblem(context.config) : undefined;
    if (problem !== undefined) throw problem;
    return {
      what: `building ${missing.join(", ")}`,
      async run(report) {
        await buildImages({
          set: imageSetOf(context.settings),
          postgis: context.settings.postgis,
          only: missing as BuildName[],
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
