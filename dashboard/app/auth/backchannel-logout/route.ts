import { dashboardEnv } from "../../../server/env.ts";
import { readLimited } from "../../../server/http/readLimited.ts";
import { logoutTokenVerifier } from "../../../server/oidc/logoutToken.ts";
import { tokenKeeper } from "../../../server/session/keeper.ts";

/** A logout token is about a kilobyte. */
const LARGEST_BODY = 20_000;

let verifier: ReturnType<typeof logoutTokenVerifier> | undefined;

function verify(token: string) {
  const env = dashboardEnv();
  verifier ??= logoutTokenVerifier({
    issuer: env.OIDC_ISSUER,
    clientId: env.OIDC_CLIENT_ID,
    jwksUrl: `${env.OIDC_INSIDE_URL}/protocol/openid-connect/certs`,
  });
  return verifier(token);
}

/** Called by the identity provider when a session ends somewhere else: signed out in another app, or by an administrator. */
export async function POST(request: Request): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    const form = new URLSearchParams(await readLimited(request, LARGEST_BODY));
    const { sid, subject } = await verify(form.get("logout_token") ?? "");
    tokenKeeper().end({ sid, subject });
    return new Response(null, { status: 204, headers });
  } catch (error) {
    console.warn("a logout token was refused:", error instanceof Error ? error.message : error);
    return Response.json({ error: "invalid_request" }, { status: 400, headers });
  }
}
