import { type NextRequest, NextResponse } from "next/server";
import { safeReturnTo } from "../../../server/http/returnTo.ts";
import { startLogin } from "../../../server/oidc/login.ts";
import { LOGIN_SECONDS, loginCookieName, loginCookieOptions } from "../../../server/session/cookies.ts";
import { seal } from "../../../server/session/seal.ts";

/** Starts a sign-in or a sign-up; `return_to` names the page to come back to. */
export async function beginLogin(request: NextRequest, signUp: boolean): Promise<Response> {
  const { url, login } = await startLogin(safeReturnTo(request.nextUrl.searchParams.get("return_to")), signUp);
  const response = NextResponse.redirect(url, 303);
  response.headers.set("cache-control", "no-store");
  response.cookies.set(loginCookieName(login.state), await seal(login, LOGIN_SECONDS), loginCookieOptions());
  return response;
}
