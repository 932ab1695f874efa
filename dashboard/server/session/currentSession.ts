import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { PATH_HEADER } from "../http/requestHeaders.ts";
import { sessionCookieName, sessionCookieOptions } from "./cookies.ts";
import { tokenKeeper } from "./keeper.ts";
import { seal, unseal } from "./seal.ts";
import { Session } from "./session.ts";

/** Largest value that every browser keeps, with room for the cookie's name and attributes. */
const LARGEST_COOKIE = 3_900;

/** Session of the request's cookie; undefined for a visitor, and for a session that has ended. */
export async function currentSession(): Promise<Session | undefined> {
  const session = await unseal(Session, (await cookies()).get(sessionCookieName())?.value);
  return session !== undefined && tokenKeeper().holds(session) ? session : undefined;
}

/** The same for pages that need one: a visitor is sent to sign in and comes back to the page. */
export async function requireSession(): Promise<Session> {
  const session = await currentSession();
  if (session !== undefined) return session;
  const path = (await headers()).get(PATH_HEADER) ?? "/projects";
  redirect(`/auth/sign-in?return_to=${encodeURIComponent(path)}`);
}

/** Value of the session cookie. */
export async function sealSession(session: Session): Promise<string> {
  const sealed = await seal(session);
  if (sealed.length <= LARGEST_COOKIE) return sealed;
  return seal({ ...session, idToken: null });
}

/** Writes the session cookie; in route handlers only. */
export async function writeSession(session: Session): Promise<void> {
  (await cookies()).set(sessionCookieName(), await sealSession(session), sessionCookieOptions());
}

export async function clearSession(): Promise<void> {
  (await cookies()).set(sessionCookieName(), "", { ...sessionCookieOptions(), maxAge: 0 });
}
