/** Who asks for something to be done. */
export interface Actor {
  /** Null for the platform itself. */
  readonly userId: string | null;
  /** Name as it stands in operations and in the audit log. */
  readonly actor: string;
}

/** Who makes a request. */
export interface Caller extends Actor {
  readonly userId: string;
}

/** The platform's own doing, on a timer. */
export const PLATFORM: Actor = { userId: null, actor: "platform" };

/** Stands in where a route asks for no caller; it is in no organization. */
export const ANONYMOUS: Caller = { userId: "00000000-0000-0000-0000-000000000000", actor: "anonymous" };
