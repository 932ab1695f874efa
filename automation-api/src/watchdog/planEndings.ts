import type { ClusterView, TenantSession } from "./readCluster.ts";

/** Why a session is ended; also the label of the metric. */
export const ENDING_REASONS = ["idle_in_transaction", "long_transaction", "notification_queue", "connections"] as const;
export type EndingReason = (typeof ENDING_REASONS)[number];

export interface Ending {
  readonly session: TenantSession;
  readonly reason: EndingReason;
}

/** From where on a tenant's session does harm to the others. */
export interface WatchLimits {
  readonly idleInTransactionSeconds: number;
  /** Age of a transaction that runs; it holds back what vacuum may remove. */
  readonly transactionSeconds: number;
  /** The same for PostgREST's login, whose statements have a time-out of seconds by default. */
  readonly restTransactionSeconds: number;
  /** Share of the notification queue from which on old transactions, which block its trimming, are ended. */
  readonly notificationsUsed: number;
  /** Age of a transaction that counts as blocking then. */
  readonly blockingSeconds: number;
  /** Share of the connections from which on idle direct sessions are ended, and down to which. */
  readonly connectionsHigh: number;
  readonly connectionsLow: number;
  /** Share from which on also those that work are ended, of whoever holds most. */
  readonly connectionsCritical: number;
}

/** Limits that a tenant meets only when it does what no app does. */
export const WATCH_LIMITS: WatchLimits = {
  idleInTransactionSeconds: 300,
  transactionSeconds: 3600,
  restTransactionSeconds: 300,
  notificationsUsed: 0.5,
  blockingSeconds: 30,
  connectionsHigh: 0.85,
  connectionsLow: 0.75,
  connectionsCritical: 0.95,
};

/** Which sessions have to end for the sake of the other tenants. Each is named once, with the first reason. */
export function planEndings(view: ClusterView, limits: WatchLimits = WATCH_LIMITS): Ending[] {
  const own = view.sessions.flatMap((session): Ending[] => {
    const reason = harmOf(session, view.notificationsUsed, limits);
    return reason === undefined ? [] : [{ session, reason }];
  });
  const ending = new Set(own.map(({ session }) => session.pid));
  const rest = view.sessions.filter(({ pid }) => !ending.has(pid));
  return [...own, ...planRelief(rest, view, view.connections - own.length, limits)];
}

function harmOf(session: TenantSession, notificationsUsed: number, limits: WatchLimits): EndingReason | undefined {
  const age = session.transactionSeconds;
  if (age === null) return undefined;
  const idle = session.state.startsWith("idle in transaction");
  if (idle && session.stateSeconds > limits.idleInTransactionSeconds) return "idle_in_transaction";
  const longest = session.role.startsWith("authenticator_") ? limits.restTransactionSeconds : limits.transactionSeconds;
  if (age > longest) return "long_transaction";
  if (notificationsUsed > limits.notificationsUsed && age > limits.blockingSeconds) return "notification_queue";
  return undefined;
}

/**
 * Sessions that are ended because the connections run out: direct ones of the tenants' own logins alone, since the
 * gateway keeps its own within a budget. One at a time of whoever holds most, the longest idle first.
 */
function planRelief(
  sessions: readonly TenantSession[],
  { connectionBudget }: ClusterView,
  connections: number,
  limits: WatchLimits,
): Ending[] {
  if (connections <= connectionBudget * limits.connectionsHigh) return [];
  const critical = connections > connectionBudget * limits.connectionsCritical;
  let surplus = Math.ceil(connections - connectionBudget * limits.connectionsLow);
  const held = Map.groupBy(
    sessions.filter(({ role }) => role.startsWith("postgres_")),
    ({ role }) => role,
  );
  const queues = [...held.values()].map((own) => own.toSorted((a, b) => rank(a) - rank(b)));
  const endings: Ending[] = [];
  while (surplus > 0) {
    const candidates = queues.filter(([next]) => next !== undefined && (critical || next.state === "idle"));
    const fullest = candidates.toSorted((a, b) => b.length - a.length)[0];
    const session = fullest?.shift();
    if (session === undefined) break;
    endings.push({ session, reason: "connections" });
    surplus -= 1;
  }
  return endings;
}

/** Idle sessions before working ones, the longest idle first. */
const rank = ({ state, stateSeconds }: TenantSession) => (state === "idle" ? -1e12 : 0) - stateSeconds;
