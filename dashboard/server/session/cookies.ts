import { dashboardEnv } from "../env.ts";

/** Attributes of every cookie of the server's own: no script reads it, no other site's form or frame sends it. */
export interface CookieOptions {
  readonly httpOnly: true;
  readonly sameSite: "lax";
  readonly secure: boolean;
  readonly path: string;
  readonly maxAge?: number;
}

const secure = () => dashboardEnv().PUBLIC_DASHBOARD_URL.startsWith("https://");

/** Browsers tie a cookie to a host, not to its port: instances side by side on one host need names of their own. */
export function sessionCookieName(): string {
  const name = `supalove_${dashboardEnv().SUPALOVE_INSTANCE}_session`;
  // The prefix makes browsers refuse a cookie of this name that a subdomain sets.
  return secure() ? `__Host-${name}` : name;
}

export const sessionCookieOptions = (): CookieOptions => ({
  httpOnly: true,
  sameSite: "lax",
  secure: secure(),
  path: "/",
});

const LOGIN_PATH = "/auth/callback";

/** How long somebody may take to sign in, in seconds; as long as the identity provider's own form lives. */
export const LOGIN_SECONDS = 1_800;

/** One cookie for each sign-in under way: two tabs at once must not take each other's. */
export const loginCookieName = (state: string) =>
  `supalove_${dashboardEnv().SUPALOVE_INSTANCE}_login_${state.slice(0, 16)}`;

export const loginCookieOptions = (): CookieOptions => ({
  httpOnly: true,
  sameSite: "lax",
  secure: secure(),
  path: LOGIN_PATH,
  maxAge: LOGIN_SECONDS,
});
