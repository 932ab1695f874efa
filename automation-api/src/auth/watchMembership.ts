import { MemberRole } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import type { Caller } from "./caller.ts";
import { roleAllows, type Scope } from "./roles.ts";

/** Looked at this often without any notification: one may be lost while the connection that listens is down. */
const EVERY_MS = 15_000;

/**
 * A signal that is aborted as soon as the caller may not do this in the organization any more: what was allowed when a stream
 * began ends with the membership. The control database tells of every change of members at commit.
 * @param over ends the watching
 */
export function watchMembership(
  { database, feed }: Pick<Services, "database" | "feed">,
  { userId }: Caller,
  organizationId: string,
  scope: Scope,
  over: AbortSignal,
): AbortSignal {
  const lost = new AbortController();
  const where = { organizationId_userId: { organizationId, userId } };
  const watch = async () => {
    while (!over.aborted) {
      // Registered before the look, so that no change falls in between.
      const changed = feed.changed(`organization:${organizationId}`, EVERY_MS, over);
      const member = await database.member.findUnique({ where, select: { role: true } });
      if (over.aborted) return;
      if (member === null || !roleAllows(MemberRole.parse(member.role), scope)) break;
      await changed;
    }
    lost.abort();
  };
  // A database that can't be asked lets nobody go on: the follower comes again, from where they were.
  void watch().catch(() => lost.abort());
  return lost.signal;
}
