import { ACCESS_TOKEN_FORMAT } from "@supalove/contracts/api/index.ts";
import { LRUCache } from "lru-cache";
import type { Database } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import type { Caller } from "./caller.ts";
import { ensureOidcUser } from "./ensureOidcUser.ts";
import type { OidcIdentity } from "./keycloakToken.ts";
import { hashToken } from "./personalAccessToken.ts";

/** `last_used_at` is kept to the minute; writing it with each request would make every read a write. */
const LAST_USED_EVERY_MS = 60_000;

/** Longest token that is looked at. */
const MAX_TOKEN = 8192;

/** Says who makes a request. */
export class Authenticator {
  readonly #database: Database;
  readonly #verifyOidc: (token: string) => Promise<OidcIdentity>;
  readonly #users = new LRUCache<string, Caller>({ max: 1000, ttl: 60_000 });

  constructor(database: Database, verifyOidc: (token: string) => Promise<OidcIdentity>) {
    this.#database = database;
    this.#verifyOidc = verifyOidc;
  }

  /**
   * Takes an `Authorization` header: a personal access token, or an access token of the identity provider.
   * @throws ApiError `unauthorized`, `token_expired` or `identity_provider_unavailable`
   */
  async authenticate(header: string | undefined): Promise<Caller> {
    if (header === undefined) throw errors.unauthorized("The request has no Authorization header.");
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
    if (token === undefined || token.length > MAX_TOKEN) {
      throw errors.unauthorized("The Authorization header is not of the form `Bearer <token>`.");
    }
    if (token.startsWith("sbp_")) return this.#personal(token);
    return this.#oidc(token);
  }

  async #personal(token: string): Promise<Caller> {
    const unknown = () => errors.unauthorized("The access token is unknown or revoked.");
    if (!ACCESS_TOKEN_FORMAT.test(token)) throw unknown();
    const row = await this.#database.personalAccessToken.findUnique({
      where: { hash: hashToken(token) },
      include: { user: { select: { displayName: true } } },
    });
    if (row === null || row.revokedAt !== null) throw unknown();
    const now = Date.now();
    if (row.expiresAt !== null && row.expiresAt.getTime() <= now) throw errors.tokenExpired();
    if (row.lastUsedAt === null || now - row.lastUsedAt.getTime() > LAST_USED_EVERY_MS) {
      await this.#database.personalAccessToken.update({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
    }
    return { userId: row.userId, actor: row.user.displayName };
  }

  async #oidc(token: string): Promise<Caller> {
    const identity = await this.#verifyOidc(token);
    const cached = this.#users.get(identity.subject);
    if (cached) return cached;
    const user = await ensureOidcUser(this.#database, identity);
    const caller = { userId: user.id, actor: user.displayName };
    this.#users.set(identity.subject, caller);
    return caller;
  }
}
