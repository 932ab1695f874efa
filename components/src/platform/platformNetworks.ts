import { Network } from "@pulumi/docker/network.js";
import * as pulumi from "@pulumi/pulumi";
import { type InstanceName, LABELS, platformName } from "@supalove/contracts";

export interface PlatformNetworksArgs {
  readonly instance: InstanceName;
}

/**
 * The three networks of a platform. `edge` publishes ports, and its members can't reach one another over it; `control` and
 * `data` lead nowhere outside: the control plane with its database, and the tenants' cluster with those who serve it.
 */
export class PlatformNetworks extends pulumi.ComponentResource {
  readonly edge: pulumi.Output<string>;
  readonly control: pulumi.Output<string>;
  readonly data: pulumi.Output<string>;

  constructor(name: string, args: PlatformNetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:Networks", name, {}, opts);
    const network = (part: "edge" | "control" | "data") =>
      new Network(
        `${name}-${part}`,
        {
          name: platformName(args.instance, part),
          driver: "bridge",
          internal: part !== "edge",
          ...(part === "edge" ? { options: { "com.docker.network.bridge.enable_icc": "false" } } : {}),
          labels: [{ label: LABELS.instance, value: args.instance }],
        },
        // Every argument of a network replaces it, and with it all containers.
        { parent: this, protect: true, ignoreChanges: ["labels", "driver", "options", "ipamConfigs"] },
      ).name;
    this.edge = network("edge");
    this.control = network("control");
    this.data = network("data");
    this.registerOutputs();
  }
}
