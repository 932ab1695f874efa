import { z } from "zod";

/** What the session cookie holds, sealed. Access tokens are not in it: they live for minutes, in memory. */
export const Session = z.object({
  id: z.string(),
  /** Session of the identity provider; a logout names it. */
  sid: z.string(),
  subject: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  startedAt: z.number(),
  refreshToken: z.string(),
  /** Counts refreshes, so that of two copies the newer one is known. */
  generation: z.number().int(),
  /** Says at sign-out who it is; left out where the cookie would grow too large. */
  idToken: z.string().nullable(),
});
export type Session = z.infer<typeof Session>;

/** A person as pages show them. */
export interface Person {
  readonly name: string;
  readonly email: string | null;
}
