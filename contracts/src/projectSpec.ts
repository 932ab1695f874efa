import { z } from "zod";
import { DedicatedStack, ServerPlace } from "./dedicated.ts";
import { KeyGenerations, KeySet } from "./keyGenerations.ts";
import { ProjectRef } from "./projectRef.ts";

export const PLANS = ["shared", "dedicated"] as const;
export const Plan = z.enum(PLANS);
export type Plan = z.infer<typeof Plan>;

export const SIZES = ["nano", "micro", "small", "medium", "large"] as const;
export const Size = z.enum(SIZES);
export type Size = z.infer<typeof Size>;

/** How to reach a shared cluster as its platform superuser; only the runner ever holds this. */
export const ClusterAccess = z.object({
  host: z.string(),
  port: z.number().int(),
  username: z.string(),
  password: z.string(),
});
export type ClusterAccess = z.infer<typeof ClusterAccess>;

/** Where a project lives: in a shared cluster, or on a server. */
export const Place = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cluster"), ...ClusterAccess.shape }),
  ServerPlace,
]);
export type Place = z.infer<typeof Place>;
export type ClusterPlace = Extract<Place, { kind: "cluster" }>;

const common = {
  ref: ProjectRef,
  size: Size,
  /** Extensions beyond the template's, installed by the platform in schema `extensions`. */
  extensions: z.array(z.string()),
  keys: KeyGenerations,
  /** Grows with each rotation of the database passwords; each generation is drawn apart. */
  passwordGeneration: z.number().int().nonnegative(),
  /** Imported secrets; generated where absent. Keys that were brought along are those of generation 0. */
  imported: z.object({
    jwtSecret: z.string().optional(),
    databasePassword: z.string().optional(),
    anonKey: z.string().optional(),
    serviceRoleKey: z.string().optional(),
  }),
};

export const SharedSpec = z.object({ plan: z.literal("shared"), ...common });
export type SharedSpec = z.infer<typeof SharedSpec>;
export const DedicatedSpec = z.object({ plan: z.literal("dedicated"), ...common, stack: DedicatedStack });
export type DedicatedSpec = z.infer<typeof DedicatedSpec>;

/** Desired state of a project: the whole input of its stack's program. The same spec gives the same resources. */
export const ProjectSpec = z.discriminatedUnion("plan", [SharedSpec, DedicatedSpec]);
export type ProjectSpec = z.infer<typeof ProjectSpec>;

const keys = {
  ...KeySet.shape,
  /** The keys before these, while a rotation lets both in. */
  previousKeys: KeySet.nullable(),
};

/** Outputs of a shared project's stack; every secret among them is a secret output. */
export const SharedProjectOutputs = z.object({
  database: z.string(),
  host: z.string(),
  port: z.number().int(),
  ...keys,
  passwords: z.object({
    owner: z.string(),
    authenticator: z.string(),
    authAdmin: z.string(),
    storageAdmin: z.string(),
  }),
  /** Version of the tenant schema after this update. */
  schemaVersion: z.string(),
});
export type SharedProjectOutputs = z.infer<typeof SharedProjectOutputs>;

/** Outputs of a dedicated project's stack. */
export const DedicatedProjectOutputs = z.object({
  /** The project's own gateway, as the routing gateway reaches it. */
  gatewayUrl: z.url(),
  ...keys,
  passwords: z.object({ owner: z.string() }),
});
export type DedicatedProjectOutputs = z.infer<typeof DedicatedProjectOutputs>;

export const ProjectOutputs = z.union([SharedProjectOutputs, DedicatedProjectOutputs]);
export type ProjectOutputs = z.infer<typeof ProjectOutputs>;
