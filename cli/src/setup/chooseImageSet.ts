import { UPSTREAM_GRAFANA } from "@supalove/images/upstreamSet.ts";
import { engineReaches } from "../docker/engineReaches.ts";
import { writeStackConfig } from "../instance/stackConfig.ts";
import type { SetupContext } from "./step.ts";

/** True when the Docker engine gets upstream images; shown by the one that no package registry has. */
export const registryAnswers = (dockerHost: string | undefined) => engineReaches(UPSTREAM_GRAFANA, dockerHost);

/**
 * Chooses an instance's image set once and keeps it in its configuration, so that no later `up` swaps every image because
 * a registry did not answer for a moment. An instance that was up before the choice existed keeps what it runs.
 */
export async function chooseImageSet({ settings, config, paths, terminal, log }: SetupContext): Promise<void> {
  if (settings.imageSet !== undefined) return;
  const before = settings.images !== undefined;
  const imageSet = !before && (await registryAnswers(config.dockerHost)) ? "upstream" : "local";
  const why = before
    ? "this instance runs it already"
    : `${imageSet === "upstream" ? "an" : "no"} image registry answers the Docker engine`;
  const line = `image set ${imageSet}: ${why} (kept as supalove:imageSet)`;
  log(line);
  terminal.info(line);
  await writeStackConfig(paths.stackConfig, { imageSet });
}
