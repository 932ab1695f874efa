import type { Container } from "@pulumi/docker/container.js";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayEnv, InstanceName } from "@supalove/contracts";
import { platformContainer } from "./platformContainer.ts";
import { type ServiceEnv, serviceEnv } from "./serviceEnvironment.ts";

export interface SharedServicesArgs {
  readonly instance: InstanceName;
  /** Reference of image `gateway`. */
  readonly image: pulumi.Input<string>;
  readonly bindAddress: string;
  /** Published port of the routing gateway. */
  readonly port: number;
  readonly networks: {
    readonly edge: pulumi.Input<string>;
    readonly control: pulumi.Input<string>;
    readonly data: pulumi.Input<string>;
  };
  /** Network of the dedicated projects' gateways, and the address it must have there; undefined where there are none. */
  readonly projects?: { readonly name: pulumi.Input<string>; readonly address: string };
  readonly env: ServiceEnv<typeof GatewayEnv>;
}

/** The routing gateway with the services that all tenants share. Stateless; PostgREST runs inside it, one for each active tenant. */
export class SharedServices extends pulumi.ComponentResource {
  readonly container: Container;

  constructor(name: string, args: SharedServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:SharedServices", name, {}, opts);
    this.container = platformContainer(
      `${name}-gateway`,
      {
        instance: args.instance,
        service: "gateway",
        image: args.image,
        bindAddress: args.bindAddress,
        networks: [
          { name: args.networks.edge, alias: false },
          { name: args.networks.control, alias: true },
          { name: args.networks.data, alias: true },
          ...(args.projects === undefined
            ? []
            : [{ name: args.projects.name, alias: false, ipv4Address: args.projects.address }]),
        ],
        ports: [{ internal: 8080, external: args.port }],
        env: serviceEnv(args.env),
        memoryMebibytes: 2048,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
