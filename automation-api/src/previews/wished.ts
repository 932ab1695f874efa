import { KeyGenerations, Plan, Size, StackImages, StackService, StackSettings } from "@supalove/contracts";
import { z } from "zod";

/** What may be changed of a project; absent fields stay as they are. */
export const ProjectWish = z.object({
  name: z.string().optional(),
  size: Size.optional(),
  extensions: z.array(z.string()).optional(),
  /** Of a dedicated project. */
  stack: StackSettings.omit({ images: true }).partial().optional(),
  /** References of other images for a dedicated project, out of the catalogue. */
  images: StackImages.partial().optional(),
  /** The keys as they shall be: a new generation, or the end of the one before. */
  keys: KeyGenerations.optional(),
  /** New passwords of the database's logins; one that people chose before `at` goes with the old ones. */
  passwords: z.object({ generation: z.number().int().positive(), at: z.iso.datetime() }).optional(),
});
export type ProjectWish = z.infer<typeof ProjectWish>;

/** A project as it is to be created, in everything but its ref and its secrets. */
export const ProjectPlan = z.object({
  name: z.string(),
  plan: Plan,
  size: Size,
  region: z.string(),
  extensions: z.array(z.string()),
  /** Where it is placed: a shared project in a cluster, a dedicated one on a server. */
  clusterId: z.string().nullable(),
  serverId: z.string().nullable().default(null),
  /** Of a dedicated project. */
  stack: StackSettings.nullable().default(null),
});
export type ProjectPlan = z.infer<typeof ProjectPlan>;

/** Column `wished` of a preview, by its kind. */
export const Wished = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("create"), ...ProjectPlan.shape }),
  z.object({ kind: z.literal("change"), ...ProjectWish.shape }),
  z.object({ kind: z.literal("delete"), backup: z.boolean().default(true) }),
  z.object({ kind: z.literal("pause") }),
  z.object({ kind: z.literal("resume") }),
  z.object({ kind: z.literal("restart"), service: StackService }),
]);
export type Wished = z.infer<typeof Wished>;

/** Secrets brought along in a creation request, sealed as one text beside the preview. */
export const ImportedSecrets = z.object({
  jwt_secret: z.string().optional(),
  db_pass: z.string().optional(),
  anon_key: z.string().optional(),
  service_role_key: z.string().optional(),
});
export type ImportedSecrets = z.infer<typeof ImportedSecrets>;
