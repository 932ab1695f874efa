import { sealData, unsealData } from "iron-session";
import type { z } from "zod";
import { dashboardEnv } from "../env.ts";

/** Longest life of a session, in seconds: what the identity provider gives to those who want to be remembered. */
const LONGEST = 720 * 3600;

/** Encrypts and signs what a cookie carries. */
export function seal(value: unknown, ttl: number = LONGEST): Promise<string> {
  return sealData(value, { password: dashboardEnv().SESSION_KEY, ttl });
}

/** Opens a sealed value; undefined for what was not sealed here, is too old, or has another shape. */
export async function unseal<T extends z.ZodType>(
  schema: T,
  sealed: string | undefined,
  ttl: number = LONGEST,
): Promise<z.output<T> | undefined> {
  if (sealed === undefined || sealed === "") return undefined;
  const value = await unsealData<unknown>(sealed, { password: dashboardEnv().SESSION_KEY, ttl }).catch(() => undefined);
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
