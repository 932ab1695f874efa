/** Who makes a request. */
export interface Caller {
  readonly userId: string;
  /** Name as it stands in operations and in the audit log. */
  readonly actor: string;
}

/** Stands in where a route asks for no caller; it is in no organization. */
export const ANONYMOUS: Caller = { userId: "00000000-0000-0000-0000-000000000000", actor: "anonymous" };
