import type { Container } from "@pulumi/docker/container.js";
import { Network } from "@pulumi/docker/network.js";
import * as pulumi from "@pulumi/pulumi";
import { addressIn, type InstanceName, LABELS, platformName, upperHalf } from "@supalove/contracts";
import { platformContainer } from "./platformContainer.ts";

export interface ProjectsNetworkArgs {
  readonly instance: InstanceName;
  /** Addresses of the network, as `10.213.4.0/22`. */
  readonly subnet: string;
  /** Name of the bridge on the host, which the firewall knows it by. */
  readonly bridge: string;
  /** Reference of image `firewall`. */
  readonly image: pulumi.Input<string>;
}

/** Place of the routing gateway in the subnet: below what Docker gives out by itself. */
const GATEWAY_PLACE = 2;

/**
 * The network that the gateways of all dedicated projects are on, and the firewall around it: nobody there begins a
 * connection to another, to the host, or to any address that is not public; the routing gateway alone may begin one.
 */
export class ProjectsNetwork extends pulumi.ComponentResource {
  readonly network: pulumi.Output<string>;
  /** Address that the routing gateway must have there. */
  readonly gatewayAddress: string;
  readonly firewall: Container;

  constructor(name: string, args: ProjectsNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:ProjectsNetwork", name, {}, opts);
    const { instance, subnet, bridge } = args;
    this.gatewayAddress = addressIn(subnet, GATEWAY_PLACE);
    this.network = new Network(
      `${name}-network`,
      {
        name: platformName(instance, "projects"),
        driver: "bridge",
        options: { "com.docker.network.bridge.name": bridge },
        ipamConfigs: [{ subnet, gateway: addressIn(subnet, 1), ipRange: upperHalf(subnet) }],
        labels: [{ label: LABELS.instance, value: instance }],
      },
      { parent: this, protect: true, ignoreChanges: ["labels", "driver", "options", "ipamConfigs"] },
    ).name;
    this.firewall = platformContainer(
      `${name}-firewall`,
      {
        instance,
        service: "firewall",
        image: args.image,
        networks: [],
        networkMode: "host",
        env: { BRIDGE: bridge, PEER: this.gatewayAddress, TABLE: `supalove_${instance.replaceAll("-", "_")}` },
        capabilities: ["NET_ADMIN"],
        memoryMebibytes: 32,
        stopSeconds: 10,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
