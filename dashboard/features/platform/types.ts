/** State of one part of the platform, as far as this server can tell. */
export interface PlatformPart {
  readonly name: string;
  readonly what: string;
  readonly state: "ok" | "down" | "unknown";
  readonly detail: string;
  readonly milliseconds: number;
}

/** What the page about the platform shows. */
export interface PlatformReport {
  readonly instance: string;
  readonly parts: readonly PlatformPart[];
  readonly addresses: { readonly api: string; readonly gateway: string; readonly database: string };
}
