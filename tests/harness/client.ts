import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import type { LiveProject } from "./api.ts";

/** An unmodified supabase-js client for a project, as `anon` unless another key is given. */
export function client(project: LiveProject, key = project.anonKey, accessToken?: string): SupabaseClient {
  return createClient(project.url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(accessToken === undefined ? {} : { accessToken: async () => accessToken }),
  });
}

/** A user's JWT as the auth service would sign it. */
export function userToken(secret: string, claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ role: "authenticated", aud: "authenticated", ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
}
