import { randomBytes } from "node:crypto";
import { DASHBOARD_PATHS } from "@supalove/contracts/api/identity.ts";
import { type NextRequest, NextResponse } from "next/server";
import { dashboardEnv } from "./server/env.ts";
import { buildContentSecurityPolicy } from "./server/http/contentSecurityPolicy.ts";
import { NONCE_HEADER, PATH_HEADER } from "./server/http/requestHeaders.ts";

/** Asked for by the machine, under other names than the public one. */
const INSIDE_PATHS: ReadonlySet<string> = new Set(["/healthz", DASHBOARD_PATHS.backchannelLogout]);

/** Every request passes here first: one public name, and a policy with a fresh nonce. */
export function proxy(request: NextRequest): NextResponse {
  const env = dashboardEnv();
  const { pathname, search } = request.nextUrl;
  if (INSIDE_PATHS.has(pathname)) return NextResponse.next();
  const home = new URL(env.PUBLIC_DASHBOARD_URL);
  // Another name for this server has cookies of its own, and may be one that an attacker pointed here.
  if (request.headers.get("host") !== home.host) {
    if (request.method !== "GET") return new NextResponse("this server has another name\n", { status: 421 });
    return NextResponse.redirect(new URL(pathname + search, home), 307);
  }
  const nonce = randomBytes(16).toString("base64");
  const policy = buildContentSecurityPolicy({
    nonce,
    identityOrigin: new URL(env.OIDC_ISSUER).origin,
    https: home.protocol === "https:",
    development: process.env.NODE_ENV === "development",
  });
  const headers = new Headers(request.headers);
  headers.set(NONCE_HEADER, nonce);
  headers.set(PATH_HEADER, pathname + search);
  // Next.js reads the nonce for its own scripts from here.
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  if (home.protocol === "https:") response.headers.set("strict-transport-security", "max-age=31536000");
  return response;
}

export const config = { matcher: ["/((?!_next/static/).*)"] };
