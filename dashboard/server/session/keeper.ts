import { ResponseBodyError, refreshTokenGrant } from "openid-client";
import { oidcConfiguration } from "../oidc/configuration.ts";
import { type RefreshedTokens, SessionEnded, TokenKeeper } from "./tokenKeeper.ts";

/** Default life of an access token whose end was not told, in seconds. */
const SHORT_LIFE = 60;

async function refresh(refreshToken: string): Promise<RefreshedTokens> {
  try {
    const tokens = await refreshTokenGrant(oidcConfiguration(), refreshToken);
    return {
      accessToken: tokens.access_token,
      expiresAt: Date.now() + (tokens.expires_in ?? SHORT_LIFE) * 1_000,
      refreshToken: tokens.refresh_token,
      idToken: tokens.id_token,
    };
  } catch (cause) {
    if (cause instanceof ResponseBodyError && cause.error === "invalid_grant") {
      throw new SessionEnded("the identity provider has ended the session", { cause });
    }
    throw cause;
  }
}

const KEY = Symbol.for("supalove.dashboard.tokens");
const shared = globalThis as { [KEY]?: TokenKeeper };

/** The one keeper of this process. Pages and routes are bundled apart, so a plain module variable would exist twice. */
export function tokenKeeper(): TokenKeeper {
  shared[KEY] ??= new TokenKeeper(refresh);
  return shared[KEY];
}
