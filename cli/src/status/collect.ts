import { instancePorts, LABELS } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { containersWith } from "../docker/docker.ts";
import { driftStatus } from "../drift/driftLine.ts";
import { driftView, readLook } from "../drift/lastLook.ts";
import { imageSetOf, readStackConfig } from "../instance/stackConfig.ts";
import { assembleStatus, type PlatformStatus } from "./assemble.ts";

/** Parts that the local image set has no image for, and why. */
const WITHOUT_LOCAL_IMAGE = { grafana: "no image" } as const;

/** Asks Docker how an instance is, and what the last look for drift found. @throws CliError when Docker can't be asked */
export async function collectStatus(context: CliContext): Promise<PlatformStatus> {
  const [settings, containers, look] = await Promise.all([
    readStackConfig(context.paths.stackConfig),
    containersWith(`${LABELS.instance}=${context.instance}`),
    readLook(context.paths),
  ]);
  const imageSet = imageSetOf(settings);
  const grafana = imageSet === "upstream" || settings.imageOverrides?.["grafana"] !== undefined;
  return assembleStatus(
    context.instance,
    instancePorts(settings.portBase),
    containers,
    grafana ? {} : WITHOUT_LOCAL_IMAGE,
    { publicHost: settings.publicHost, imageSet, drift: driftStatus(driftView(look)) },
  );
}
