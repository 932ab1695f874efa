import type { Container } from "@pulumi/docker/container.js";
import type * as pulumi from "@pulumi/pulumi";
import { type InstanceName, LABELS, type PlatformService, platformName } from "@supalove/contracts";
import { type ServiceContainerArgs, serviceContainer } from "../containers/serviceContainer.ts";

export interface PlatformContainerArgs extends Omit<ServiceContainerArgs, "containerName" | "labels" | "networks"> {
  readonly instance: InstanceName;
  /** Part of the platform: the container is `<instance>-<service>`, its alias where it has one `<service>`. */
  readonly service: PlatformService;
  /** Names of the Docker networks. The first one is where published ports come from. */
  readonly networks: readonly {
    readonly name: pulumi.Input<string>;
    readonly alias: boolean;
    readonly ipv4Address?: pulumi.Input<string>;
  }[];
}

/** A container of the platform. */
export function platformContainer(
  name: string,
  { instance, service, networks, ...rest }: PlatformContainerArgs,
  opts: pulumi.CustomResourceOptions,
): Container {
  return serviceContainer(
    name,
    {
      ...rest,
      containerName: platformName(instance, service),
      labels: { [LABELS.instance]: instance, [LABELS.service]: service },
      networks: networks.map(({ alias, ...network }) => ({ ...network, ...(alias ? { aliases: [service] } : {}) })),
    },
    opts,
  );
}
