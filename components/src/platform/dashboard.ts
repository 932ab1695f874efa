import type { Container } from "@pulumi/docker/container.js";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardEnv, InstanceName } from "@supalove/contracts";
import { randomSecret } from "../randomSecrets.ts";
import { platformContainer } from "./platformContainer.ts";
import { type ServiceEnv, serviceEnv } from "./serviceEnvironment.ts";

export interface DashboardArgs {
  readonly instance: InstanceName;
  /** Reference of image `dashboard`. */
  readonly image: pulumi.Input<string>;
  readonly bindAddress: string;
  /** Published port. */
  readonly port: number;
  /** `edge` publishes the port, `control` leads to the API, the identity provider and the parts' health, and brings logouts. */
  readonly networks: { readonly edge: pulumi.Input<string>; readonly control: pulumi.Input<string> };
  readonly env: Omit<ServiceEnv<typeof DashboardEnv>, "SESSION_KEY">;
}

/** Characters of the key: 256 bits. */
const KEY_LENGTH = 43;

/**
 * The web console. Talks to the API as the person who is signed in, and holds no power of its own: its secrets are its login at
 * the identity provider and the key of its cookies.
 */
export class Dashboard extends pulumi.ComponentResource {
  readonly container: Container;

  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:platform:Dashboard", name, {}, opts);
    // A new key signs everybody out.
    const key = randomSecret(`${name}-session-key`, KEY_LENGTH, this);
    this.container = platformContainer(
      `${name}-container`,
      {
        instance: args.instance,
        service: "dashboard",
        image: args.image,
        bindAddress: args.bindAddress,
        networks: [
          { name: args.networks.edge, alias: false },
          { name: args.networks.control, alias: true },
        ],
        ports: [{ internal: 3000, external: args.port }],
        env: serviceEnv({ ...args.env, SESSION_KEY: key }),
        memoryMebibytes: 384,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
