import { z } from "zod";

/** Longest time, in hours, that a project's old keys may stay valid beside the new ones. */
export const MAX_OVERLAP_HOURS = 720;
export const DEFAULT_OVERLAP_HOURS = 24;

/** One drawing of a project's JWT secret and its four API keys. Generation 0 came with the project. */
export const KeyGeneration = z.object({
  generation: z.number().int().nonnegative(),
  /** Seconds since the epoch; `iat` of the generation's JWTs, so that they never change by themselves. */
  issuedAt: z.number().int(),
});
export type KeyGeneration = z.infer<typeof KeyGeneration>;

/** The generation that a rotation left behind, while its keys are still accepted. */
export const PreviousKeyGeneration = KeyGeneration.extend({
  overlapHours: z.number().int().positive().max(MAX_OVERLAP_HOURS),
  /** Seconds since the epoch: from then on its keys are refused. */
  until: z.number().int(),
});

/** The keys that a project has, and those before them while their overlap lasts. */
export const KeyGenerations = KeyGeneration.extend({ previous: PreviousKeyGeneration.nullable() });
export type KeyGenerations = z.infer<typeof KeyGenerations>;

/** What a project comes with. @param issuedAt seconds since the epoch */
export const firstKeys = (issuedAt: number): KeyGenerations => ({ generation: 0, issuedAt, previous: null });

/** A project's JWT secret and its four API keys. */
export const KeySet = z.object({
  /** HS256 secret of the project's JWTs. */
  jwtSecret: z.string(),
  anonKey: z.string(),
  serviceRoleKey: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
});
export type KeySet = z.infer<typeof KeySet>;
