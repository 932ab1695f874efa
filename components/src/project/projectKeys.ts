import * as pulumi from "@pulumi/pulumi";
import { RandomBytes } from "@pulumi/random/randomBytes.js";
import type { ProjectSpec } from "@supalove/contracts";
import { base64url } from "../base64url.ts";
import { legacyKey } from "./legacyKeys.ts";
import { OPAQUE_KEY_BYTES, opaqueKey } from "./opaqueKeys.ts";

/** Random bytes behind a generated JWT secret; 64 characters of base64url. */
const JWT_SECRET_BYTES = 48;

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
    // A later default for the length must never replace a project's secret.
    const child: pulumi.CustomResourceOptions = { parent: this, ignoreChanges: ["length"] };
    this.jwtSecret =
      imported.jwtSecret === undefined
        ? base64url(new RandomBytes(`${name}-jwt`, { length: JWT_SECRET_BYTES }, child).base64)
        : pulumi.secret(imported.jwtSecret);
    const signed = (role: "anon" | "service_role", given: string | undefined) =>
      given === undefined
        ? pulumi.secret(this.jwtSecret.apply((secret) => legacyKey(secret, { ref, role, issuedAt })))
        : pulumi.secret(given);
    this.anonKey = signed("anon", imported.anonKey);
    this.serviceRoleKey = signed("service_role", imported.serviceRoleKey);
    // One resource for both keys: each resource costs time in every run.
    const opaque = new RandomBytes(`${name}-opaque`, { length: 2 * OPAQUE_KEY_BYTES }, child).base64;
    const part = (kind: "publishable" | "secret", from: number) =>
      pulumi.secret(
        opaque.apply((text) =>
          opaqueKey(ref, kind, Buffer.from(text, "base64").subarray(from, from + OPAQUE_KEY_BYTES)),
        ),
      );
    this.publishableKey = part("publishable", 0);
    this.secretKey = part("secret", OPAQUE_KEY_BYTES);
    this.registerOutputs();
  }
}
