import * as pulumi from "@pulumi/pulumi";
import { PROVIDER_VERSION } from "../provider/identity.ts";

export interface ProjectNetworkArgs {
  /** Address of the server's Docker engine. */
  readonly endpoint: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The network of a dedicated project: it leads nowhere, and the server has no address on it. */
export class ProjectNetwork extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  /** What was found different from this resource's wish; empty right after an update. */
  declare readonly drift: pulumi.Output<string[]>;

  constructor(name: string, args: ProjectNetworkArgs, opts?: pulumi.CustomResourceOptions) {
    super("supalove:project:Network", name, { drift: undefined, ...args }, { version: PROVIDER_VERSION, ...opts });
  }
}
