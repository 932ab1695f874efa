import * as pulumi from "@pulumi/pulumi";
import { PROVIDER_VERSION } from "../provider/identity.ts";
import type { DatabaseAccess } from "../provider/projectDatabase/access.ts";
import type { PasswordName } from "../provider/projectDatabase/layout.ts";

export interface ProjectDatabaseArgs {
  /** How the database is reached; the container must run by then. */
  readonly access: pulumi.Input<DatabaseAccess>;
  /** Extensions beyond the image's own, in schema `extensions`. */
  readonly extensions: readonly string[];
  /** They reach the database as SCRAM verifiers only. */
  readonly passwords: pulumi.Input<Readonly<Record<PasswordName, string>>>;
}

/** What is inside a dedicated project's database: roles, passwords, grants, extensions. */
export class ProjectDatabase extends pulumi.CustomResource {
  /** What was found different from this resource's wish; empty right after an update. */
  declare readonly drift: pulumi.Output<string[]>;

  constructor(name: string, args: ProjectDatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "supalove:project:Database",
      name,
      { drift: undefined, ...args, access: pulumi.secret(args.access), passwords: pulumi.secret(args.passwords) },
      { version: PROVIDER_VERSION, ...opts },
    );
  }
}
