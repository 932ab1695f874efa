import { z } from "zod";
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

/** Desired state of a project: the whole input of its stack's program. The same spec gives the same resources. */
export const ProjectSpec = z.object({
  ref: ProjectRef,
  plan: Plan,
  size: Size,
  /** Extensions beyond the template's, installed by the platform in schema `extensions`. */
  extensions: z.array(z.string()),
  /** Seconds since the epoch; the `iat` of the project's keys, so that they never change by themselves. */
  createdAt: z.number().int(),
  /** Imported secrets; generated where absent. */
  imported: z.object({
    jwtSecret: z.string().optional(),
    databasePassword: z.string().optional(),
    anonKey: z.string().optional(),
    serviceRoleKey: z.string().optional(),
  }),
});
export type ProjectSpec = z.infer<typeof ProjectSpec>;

/** Outputs of a shared project's stack; every secret among them is a secret output. */
export const SharedProjectOutputs = z.object({
  database: z.string(),
  host: z.string(),
  port: z.number().int(),
  jwtSecret: z.string(),
  anonKey: z.string(),
  serviceRoleKey: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
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
