import { createHash, randomBytes } from "node:crypto";

/*
 * A browser's part in signing in, without one: authorization code with PKCE, the forms filled in over HTTP. Imports nothing
 * from the application; what it needs to know of Keycloak are its standard endpoints and the names of two forms' fields.
 */

/** Where and as which client somebody signs in. */
export interface SignInTarget {
  /** `iss` of the tokens, e.g. `http://localhost:8180/realms/supalove`. */
  readonly issuer: string;
  /** Default: the command line's public client. */
  readonly clientId?: string;
  /** Of a confidential client. */
  readonly clientSecret?: string;
  /** Must be one the client knows; nothing needs to listen there. Default: any loopback port. */
  readonly redirectUri?: string;
  readonly scope?: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token?: string;
  readonly expires_in: number;
}

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly email: string;
}

/** A form was answered with itself or an error page: wrong password, locked account, refused redirect. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";
}

/** Signs in as an existing person. @throws SignInRefused with what the page says */
export async function signIn(target: SignInTarget, username: string, password: string): Promise<Tokens> {
  return codeFlow(target, {}, { username, password, credentialId: "" });
}

/** Makes an account through the sign-up form and signs in with it. @throws SignInRefused with what the page says */
export async function signUp(target: SignInTarget, { username, password, email }: NewAccount): Promise<Tokens> {
  return codeFlow(
    target,
    { prompt: "create" },
    { username, password, "password-confirm": password, email, firstName: "Test", lastName: "Person" },
  );
}

async function codeFlow(
  target: SignInTarget,
  extra: Record<string, string>,
  fields: Record<string, string>,
): Promise<Tokens> {
  const { issuer, clientId = "supalove-cli", redirectUri = "http://127.0.0.1:53682/callback" } = target;
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(8).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: target.scope ?? "openid",
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...extra,
  });
  const jar = new CookieJar();
  const page = await jar.fetch(`${issuer}/protocol/openid-connect/auth?${query}`);
  const action = formAction(await page.text());
  if (action === undefined)
    throw new SignInRefused(`no form, status ${page.status}, to ${page.headers.get("location")}`);
  const answer = await jar.fetch(action, { method: "POST", body: new URLSearchParams(fields) });
  const location = answer.headers.get("location");
  if (location === null || !location.startsWith(`${redirectUri}?`)) {
    throw new SignInRefused(location === null ? pageMessage(await answer.text()) : `one more step at ${location}`);
  }
  const result = new URL(location).searchParams;
  const code = result.get("code");
  if (code === null || result.get("state") !== state) throw new SignInRefused(`no code: ${result}`);
  return requestTokens(target, {
    grant_type: "authorization_code",
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

/** A call of the token endpoint with any grant. @throws SignInRefused with the endpoint's error */
export async function requestTokens(
  { issuer, clientSecret }: SignInTarget,
  grant: Record<string, string>,
): Promise<Tokens> {
  const body = new URLSearchParams({
    ...grant,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  });
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: "POST",
    body,
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new SignInRefused(`token endpoint ${response.status}: ${await response.text()}`);
  return (await response.json()) as Tokens;
}

/** Claims of a token, its signature not checked. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
}

/** Carries the sign-in session from form to form; all requests go to one server, so names are enough. */
class CookieJar {
  readonly #cookies = new Map<string, string>();

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: cookie === "" ? {} : { cookie },
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}

function formAction(html: string): string | undefined {
  const form = /<form[^>]*id="kc-(?:form-login|register-form)"[^>]*>/.exec(html)?.[0];
  return form === undefined ? undefined : /action="([^"]+)"/.exec(form)?.[1]?.replaceAll("&amp;", "&");
}

/** What a page complains of: the words beside a field, or those of the alert above the form. */
function pageMessage(html: string): string {
  const complaints = [
    ...html.matchAll(/<span[^>]*(?:id="input-error|class="[^"]*(?:feedback|alert__title))[^>]*>([^<]+)/g),
  ];
  const words = complaints.map(([, text = ""]) => text.trim()).filter((text) => text !== "");
  return words.length > 0 ? words.join("; ") : `a page without a redirect: ${/<title>([^<]*)/.exec(html)?.[1]?.trim()}`;
}
