import { type NextRequest, NextResponse } from "next/server";
import { AuthorizationResponseError } from "openid-client";
import { dashboardEnv } from "../../../server/env.ts";
import { finishLogin, Login } from "../../../server/oidc/login.ts";
import {
  LOGIN_SECONDS,
  loginCookieName,
  loginCookieOptions,
  sessionCookieName,
  sessionCookieOptions,
} from "../../../server/session/cookies.ts";
import { sealSession } from "../../../server/session/currentSession.ts";
import { tokenKeeper } from "../../../server/session/keeper.ts";
import { unseal } from "../../../server/session/seal.ts";

/** Why a sign-in did not work; the page has the words. */
export type LoginFailure = "expired" | "refused" | "failed";

/** Ends a sign-in: checks what came back, begins a session, goes to the page that was asked for. */
export async function completeLogin(request: NextRequest): Promise<Response> {
  const { searchParams, search } = request.nextUrl;
  const name = loginCookieName(searchParams.get("state") ?? "");
  const login = await unseal(Login, request.cookies.get(name)?.value, LOGIN_SECONDS);
  if (login === undefined || login.state !== searchParams.get("state")) return toPage(failed("expired"));
  let response: NextResponse;
  try {
    const { session, accessToken, expiresAt } = await finishLogin(search, login);
    tokenKeeper().begin(session, accessToken, expiresAt);
    response = toPage(login.returnTo);
    response.cookies.set(sessionCookieName(), await sealSession(session), sessionCookieOptions());
  } catch (error) {
    response = toPage(failed(whyFailed(error)));
  }
  response.cookies.set(name, "", { ...loginCookieOptions(), maxAge: 0 });
  return response;
}

const failed = (why: LoginFailure) => `/auth/failed?why=${why}`;

function toPage(path: string): NextResponse {
  const response = NextResponse.redirect(new URL(path, dashboardEnv().PUBLIC_DASHBOARD_URL), 303);
  response.headers.set("cache-control", "no-store");
  return response;
}

function whyFailed(error: unknown): LoginFailure {
  if (error instanceof AuthorizationResponseError) {
    if (error.error === "access_denied") return "refused";
    // Keycloak's word for a form that was left open for too long.
    if (error.error === "temporarily_unavailable") return "expired";
  }
  console.error("a sign-in failed:", error instanceof Error ? error.message : error);
  return "failed";
}
