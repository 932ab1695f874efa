import { LRUCache } from "lru-cache";
import type { Session } from "./session.ts";

/** What a refresh brings. */
export interface RefreshedTokens {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Undefined where the old one stays good. */
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

/** A session with an access token that is good for now; `session` differs from the cookie's after a refresh. */
export interface LiveSession {
  readonly session: Session;
  readonly accessToken: string;
  readonly expiresAt: number;
}

/** The session is over at the identity provider: time-out, sign-out elsewhere, or ended by an administrator. */
export class SessionEnded extends Error {
  override readonly name = "SessionEnded";
}

/** A token is renewed this long before its end, so that it does not run out on its way. */
const MARGIN_MS = 30_000;
const MOST_SESSIONS = 20_000;
/** A logout is remembered until nobody can hold an access token from before it. */
const REMEMBER_ENDED_MS = 3_600_000;

/**
 * Access tokens of the people who are signed in. Whatever number of requests want one at once, a session is refreshed once: a
 * refresh token is good for one use, and a second use would end the session. Lost at a restart and then made anew from the
 * cookies.
 */
export class TokenKeeper {
  readonly #refresh: (refreshToken: string) => Promise<RefreshedTokens>;
  readonly #now: () => number;
  readonly #live = new LRUCache<string, LiveSession>({ max: MOST_SESSIONS });
  readonly #flights = new Map<string, Promise<LiveSession>>();
  readonly #ended = new LRUCache<string, number>({ max: MOST_SESSIONS, ttl: REMEMBER_ENDED_MS });

  /** @param refresh one call of the token endpoint; throws {@link SessionEnded} when the session is over */
  constructor(refresh: (refreshToken: string) => Promise<RefreshedTokens>, now: () => number = Date.now) {
    this.#refresh = refresh;
    this.#now = now;
  }

  /** Takes in a session that has just begun. */
  begin(session: Session, accessToken: string, expiresAt: number): void {
    this.#live.set(session.id, { session, accessToken, expiresAt });
  }

  /** A good access token for the session of a cookie. @throws SessionEnded, or what `refresh` throws */
  async fresh(cookie: Session): Promise<LiveSession> {
    this.#check(cookie);
    const known = this.#live.get(cookie.id);
    // A cookie may lag behind (another tab's request brought the new one) or be ahead (this process is new).
    const session = known !== undefined && known.session.generation >= cookie.generation ? known.session : cookie;
    if (known?.session === session && known.expiresAt - this.#now() > MARGIN_MS) return known;
    const flight = this.#flights.get(cookie.id);
    if (flight !== undefined) return flight;
    const started = this.#renew(session).finally(() => this.#flights.delete(cookie.id));
    this.#flights.set(cookie.id, started);
    return started;
  }

  /** True while nothing says that the session is over; asks nobody. */
  holds(cookie: Session): boolean {
    return !this.#isEnded(cookie);
  }

  /** Forgets one session, at its own sign-out. */
  forget(cookie: Session): void {
    this.#live.delete(cookie.id);
    this.#ended.set(`sid ${cookie.sid}`, this.#now());
  }

  /** Ends sessions because the identity provider says so: the one it names, or all of a person that began before. */
  end(who: { readonly sid?: string | undefined; readonly subject?: string | undefined }): void {
    const key = who.sid === undefined ? `subject ${who.subject ?? ""}` : `sid ${who.sid}`;
    this.#ended.set(key, this.#now());
    for (const [id, { session }] of this.#live.entries()) if (this.#isEnded(session)) this.#live.delete(id);
  }

  async #renew(session: Session): Promise<LiveSession> {
    const tokens = await this.#refresh(session.refreshToken);
    // A logout may have come in meanwhile.
    this.#check(session);
    const live: LiveSession = {
      session: {
        ...session,
        refreshToken: tokens.refreshToken ?? session.refreshToken,
        idToken: tokens.idToken ?? session.idToken,
        generation: session.generation + 1,
      },
      accessToken: tokens.accessToken,
      expiresAt: tokens.expiresAt,
    };
    this.#live.set(session.id, live);
    return live;
  }

  #check(session: Session): void {
    if (this.#isEnded(session)) throw new SessionEnded("the session was ended");
  }

  #isEnded({ sid, subject, startedAt }: Session): boolean {
    const times = [this.#ended.get(`sid ${sid}`), this.#ended.get(`subject ${subject}`)];
    return times.some((at) => at !== undefined && at >= startedAt);
  }
}
