import * as pulumi from "@pulumi/pulumi";
import type { KeyGeneration, KeyGenerations, KeySet, ProjectSpec } from "@supalove/contracts";
import { generationName, randomSecret, randomSecrets } from "../randomSecrets.ts";
import { legacyKey } from "./legacyKeys.ts";
import { OPAQUE_KEY_RANDOM, opaqueKey } from "./opaqueKeys.ts";

/** Characters of a generated JWT secret: as many bytes as HMAC-SHA-256 takes without hashing them first. */
const JWT_SECRET_LENGTH = 64;

export interface ProjectKeysArgs {
  readonly ref: string;
  /** Which keys the project has, and which older ones are let in still. */
  readonly generations: KeyGenerations;
  /** Secrets that were brought along, of generation 0; generated where absent. */
  readonly imported: Pick<ProjectSpec["imported"], "jwtSecret" | "anonKey" | "serviceRoleKey">;
}

/** Keys as outputs of a program; each is secret. */
export type KeyOutputs = { readonly [K in keyof KeySet]: pulumi.Output<string> };

/**
 * A project's JWT secret and its four API keys. Each generation is drawn by resources of its own: what a rotation leaves behind
 * stays in the state as long as it is let in, and goes without touching what is there now.
 */
export class ProjectKeys extends pulumi.ComponentResource implements KeyOutputs {
  readonly jwtSecret: pulumi.Output<string>;
  readonly anonKey: pulumi.Output<string>;
  readonly serviceRoleKey: pulumi.Output<string>;
  readonly publishableKey: pulumi.Output<string>;
  readonly secretKey: pulumi.Output<string>;
  /** The keys before these, and until when they are let in, in seconds since the epoch. */
  readonly previous: (KeyOutputs & { readonly until: number }) | null;

  constructor(name: string, args: ProjectKeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:project:ProjectKeys", name, {}, opts);
    const { previous } = args.generations;
    const keys = this.#draw(name, args, args.generations);
    this.jwtSecret = keys.jwtSecret;
    this.anonKey = keys.anonKey;
    this.serviceRoleKey = keys.serviceRoleKey;
    this.publishableKey = keys.publishableKey;
    this.secretKey = keys.secretKey;
    this.previous = previous === null ? null : { ...this.#draw(name, args, previous), until: previous.until };
    this.registerOutputs();
  }

  #draw(name: string, { ref, imported }: ProjectKeysArgs, { generation, issuedAt }: KeyGeneration): KeyOutputs {
    const given = generation === 0 ? imported : {};
    const jwtSecret =
      given.jwtSecret === undefined
        ? randomSecret(generationName(`${name}-jwt`, generation), JWT_SECRET_LENGTH, this)
        : pulumi.secret(given.jwtSecret);
    const signed = (role: "anon" | "service_role", key: string | undefined) =>
      key === undefined
        ? pulumi.secret(jwtSecret.apply((secret) => legacyKey(secret, { ref, role, issuedAt })))
        : pulumi.secret(key);
    // One resource for both keys: each resource costs time in every run.
    const random = randomSecrets(generationName(`${name}-opaque`, generation), 2, OPAQUE_KEY_RANDOM, this);
    return {
      jwtSecret,
      anonKey: signed("anon", given.anonKey),
      serviceRoleKey: signed("service_role", given.serviceRoleKey),
      publishableKey: random(0).apply((text) => opaqueKey(ref, "publishable", text)),
      secretKey: random(1).apply((text) => opaqueKey(ref, "secret", text)),
    };
  }
}
