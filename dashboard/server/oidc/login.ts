import { DASHBOARD_PATHS } from "@supalove/contracts/api/identity.ts";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { z } from "zod";
import { dashboardEnv } from "../env.ts";
import type { Session } from "../session/session.ts";
import { oidcConfiguration } from "./configuration.ts";

/** What a sign-in under way has to remember until the browser comes back. */
export const Login = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });
export type Login = z.infer<typeof Login>;

const redirectUri = () => dashboardEnv().PUBLIC_DASHBOARD_URL + DASHBOARD_PATHS.callback;

/** Starts a sign-in, or a sign-up. @returns where the browser goes, and what to remember */
export async function startLogin(returnTo: string, signUp: boolean): Promise<{ url: URL; login: Login }> {
  const login: Login = {
    state: randomState(),
    nonce: randomNonce(),
    verifier: randomPKCECodeVerifier(),
    returnTo,
  };
  const url = buildAuthorizationUrl(oidcConfiguration(), {
    redirect_uri: redirectUri(),
    scope: "openid profile email",
    state: login.state,
    nonce: login.nonce,
    code_challenge: await calculatePKCECodeChallenge(login.verifier),
    code_challenge_method: "S256",
    ...(signUp ? { prompt: "create" } : {}),
  });
  return { url, login };
}

const Claims = z.object({
  sub: z.string(),
  sid: z.string(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  email: z.string().optional(),
});

/** Ends a sign-in: trades the code for tokens and checks all of it. @throws what openid-client throws */
export async function finishLogin(
  search: string,
  login: Login,
): Promise<{ session: Session; accessToken: string; expiresAt: number }> {
  // The address as the identity provider knows it; this server may have been reached under another one.
  const tokens = await authorizationCodeGrant(oidcConfiguration(), new URL(redirectUri() + search), {
    pkceCodeVerifier: login.verifier,
    expectedState: login.state,
    expectedNonce: login.nonce,
    idTokenExpected: true,
  });
  const claims = Claims.parse(tokens.claims());
  const session: Session = {
    id: crypto.randomUUID(),
    sid: claims.sid,
    subject: claims.sub,
    name: (claims.name ?? claims.preferred_username ?? claims.email ?? claims.sub).slice(0, 100),
    email: claims.email?.slice(0, 200) ?? null,
    startedAt: Date.now(),
    refreshToken: z.string().parse(tokens.refresh_token),
    generation: 0,
    idToken: tokens.id_token ?? null,
  };
  return { session, accessToken: tokens.access_token, expiresAt: Date.now() + (tokens.expires_in ?? 60) * 1_000 };
}

/** Where the browser goes to end the session of the identity provider too. */
export function logoutUrl(session: Session | undefined): URL {
  return buildEndSessionUrl(oidcConfiguration(), {
    post_logout_redirect_uri: dashboardEnv().PUBLIC_DASHBOARD_URL + DASHBOARD_PATHS.signedOut,
    ...(session?.idToken == null ? {} : { id_token_hint: session.idToken }),
  });
}
