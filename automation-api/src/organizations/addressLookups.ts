import { LRUCache } from "lru-cache";
import { ApiError } from "../http/apiError.ts";

/** How many addresses one person may ask about in an hour: a team can be put together, a list of addresses not be tried. */
export const LOOKUPS_AN_HOUR = 50;

const HOUR_MS = 3_600_000;
/** People whose count is kept. */
const MAX_PEOPLE = 10_000;

/**
 * Counts how often somebody adds a member by address: the answer tells whether that address has an account, and everybody is
 * the owner of an organization of their own. Kept in memory: what a restart forgets gives nobody a list.
 */
export class AddressLookups {
  readonly #counts = new LRUCache<string, number>({ max: MAX_PEOPLE, ttl: HOUR_MS, noUpdateTTL: true });

  /** @throws ApiError `too_many_requests` */
  count(userId: string): void {
    const before = this.#counts.get(userId) ?? 0;
    if (before >= LOOKUPS_AN_HOUR) {
      throw new ApiError(
        "too_many_requests",
        `You have named ${LOOKUPS_AN_HOUR} addresses within an hour.`,
        "Go on later: it keeps lists of addresses from being tried.",
        { headers: { "Retry-After": "3600" } },
      );
    }
    this.#counts.set(userId, before + 1);
  }
}
