import { randomInt } from "node:crypto";
import { z } from "zod";

/** A project's public id: 20 lower-case letters, as Supabase's. Opaque: it says nothing about its owner. */
export const ProjectRef = z.string().regex(/^[a-z]{20}$/, "a project ref is 20 lower-case letters");
export type ProjectRef = z.infer<typeof ProjectRef>;

/** Draws a new ref (94 bits), from the operating system's random source. */
export function newProjectRef(): ProjectRef {
  return Array.from({ length: 20 }, () => String.fromCharCode(97 + randomInt(26))).join("");
}
