import type * as pulumi from "@pulumi/pulumi";
import { ControlDatabase } from "@supalove/components/platform/controlDatabase.ts";
import { PlatformNetworks } from "@supalove/components/platform/platformNetworks.ts";
import { SharedCluster } from "@supalove/components/platform/sharedCluster.ts";
import { randomSecret } from "@supalove/components/randomSecrets.ts";
import { instancePorts } from "@supalove/contracts";
import { findDockerSocket } from "./dockerSocket.ts";
import { readInstanceKeys } from "./instanceKeys.ts";
import { type PlatformContext, platformServices } from "./platformServices.ts";
import { projectsNetwork } from "./projectsNetwork.ts";
import { readSettings } from "./settings.ts";

/** Pulumi project of the base stack; the stack's name is the instance's. */
export const PLATFORM_PROJECT = "supalove";

/** Characters of the token that the API shows the data plane: 285 bits. */
const TOKEN_LENGTH = 48;

/**
 * The platform: what `./supalove up` runs inline and what `pulumi up` at the root runs through the language host. Reads the
 * stack's configuration and the instance's folder.
 * @returns the stack's outputs
 * @throws SettingsError
 */
export async function platformProgram(): Promise<Record<string, pulumi.Input<unknown>>> {
  const settings = readSettings();
  const { instance, bindAddress, images } = settings;
  const ports = instancePorts(settings.portBase);
  const keys = await readInstanceKeys(instance);
  const networks = new PlatformNetworks("networks", { instance });
  const controlDatabase = new ControlDatabase("control-db", {
    instance,
    image: images.postgres,
    bindAddress,
    port: ports.controlDatabase,
    networks: { edge: networks.edge, control: networks.control },
  });
  const sharedCluster = new SharedCluster("shared-db", {
    instance,
    image: images.postgres,
    bindAddress,
    port: ports.sharedCluster,
    networks: { edge: networks.edge, data: networks.data },
  });
  const projects = projectsNetwork(settings);
  const dataPlaneToken = randomSecret("data-plane-token", TOKEN_LENGTH);
  const url = (port: number) => `http://${settings.publicHost}:${port}`;
  const context: PlatformContext = {
    settings,
    keys,
    ports,
    urls: {
      dashboard: url(ports.dashboard),
      api: url(ports.api),
      gateway: url(ports.gateway),
      keycloak: url(ports.keycloak),
      prometheus: url(ports.prometheus),
    },
    networks,
    projects,
    controlDatabase,
    sharedCluster,
    dataPlaneToken,
    dockerSocket: await findDockerSocket(),
  };
  return {
    urls: context.urls,
    schemaVersion: sharedCluster.schemaVersion,
    ...platformServices(context),
  };
}
