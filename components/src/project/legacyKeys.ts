import { SignJWT } from "jose";

const TEN_YEARS = 10 * 365 * 24 * 60 * 60;

export interface LegacyKeyClaims {
  readonly ref: string;
  readonly role: "anon" | "service_role";
  /** Seconds since the epoch; the key is valid for ten years from then. */
  readonly issuedAt: number;
}

/** Signs a project's `anon` or `service_role` key, in the shape every Supabase client and service knows. */
export async function legacyKey(jwtSecret: string, claims: LegacyKeyClaims): Promise<string> {
  return new SignJWT({ iss: "supabase", ref: claims.ref, role: claims.role })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.issuedAt + TEN_YEARS)
    .sign(new TextEncoder().encode(jwtSecret));
}
