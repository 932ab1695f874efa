import { type NextRequest, NextResponse } from "next/server";
import { failure } from "../../../server/api/failure.ts";
import { dashboardEnv } from "../../../server/env.ts";
import { isSameOrigin } from "../../../server/http/sameOrigin.ts";
import { logoutUrl } from "../../../server/oidc/login.ts";
import { sessionCookieName, sessionCookieOptions } from "../../../server/session/cookies.ts";
import { currentSession } from "../../../server/session/currentSession.ts";
import { tokenKeeper } from "../../../server/session/keeper.ts";

/** Signs out here and at the identity provider, which tells all others. */
export async function POST(request: NextRequest): Promise<Response> {
  if (!isSameOrigin(request.headers, dashboardEnv().PUBLIC_DASHBOARD_URL)) return failure("not_same_origin");
  const session = await currentSession();
  if (session !== undefined) tokenKeeper().forget(session);
  const response = NextResponse.redirect(logoutUrl(session), 303);
  response.headers.set("cache-control", "no-store");
  response.cookies.set(sessionCookieName(), "", { ...sessionCookieOptions(), maxAge: 0 });
  return response;
}
