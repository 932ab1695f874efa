import * as pulumi from "@pulumi/pulumi";
import type { ProjectSpec } from "@supalove/contracts";
import { randomSecret, randomSecrets } from "../randomSecrets.ts";
import { legacyKey } from "./legacyKeys.ts";
import { OPAQUE_KEY_RANDOM, opaqueKey } from "./opaqueKeys.ts";

/** Characters of a generated JWT secret: as many bytes as HMAC-SHA-256 takes without hashing them first. */
const JWT_SECRET_LENGTH = 64;

export interface ProjectKeysArgs {
  readonly ref: string;
  /** Seconds since the epoch; `iat` of the keys, so that they never change by themselves. */
  readonly createdAt: number;
  /** Secrets that were brought along; generated where absent. */
  readonly imported: Pick<ProjectSpec["imported"], "jwtSecret" | "anonKey" | "serviceRoleKey">;
}

/** A project's JWT secret and its four API keys. Every output is secret. */
export class ProjectKeys extends pulumi.ComponentResource {
  readonly jwtSecret: pulumi.Output<string>;
  readonly anonKey: pulumi.Output<string>;
  readonly serviceRoleKey: pulumi.Output<string>;
  readonly publishableKey: pulumi.Output<string>;
  readonly secretKey: pulumi.Output<string>;

  constructor(name: string, args: ProjectKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:project:ProjectKeys", name, {}, opts);
    const { ref, createdAt: issuedAt, imported } = args;
    this.jwtSecret =
      imported.jwtSecret === undefined
        ? randomSecret(`${name}-jwt`, JWT_SECRET_LENGTH, this)
        : pulumi.secret(imported.jwtSecret);
    const signed = (role: "anon" | "service_role", given: string | undefined) =>
      given === undefined
        ? pulumi.secret(this.jwtSecret.apply((secret) => legacyKey(secret, { ref, role, issuedAt })))
        : pulumi.secret(given);
    this.anonKey = signed("anon", imported.anonKey);
    this.serviceRoleKey = signed("service_role", imported.serviceRoleKey);
    // One resource for both keys: each resource costs time in every run.
    const random = randomSecrets(`${name}-opaque`, 2, OPAQUE_KEY_RANDOM, this);
    this.publishableKey = random(0).apply((text) => opaqueKey(ref, "publishable", text));
    this.secretKey = random(1).apply((text) => opaqueKey(ref, "secret", text));
    this.registerOutputs();
  }
}
