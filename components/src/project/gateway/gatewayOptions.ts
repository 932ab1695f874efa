/** The services of Supabase that stand behind a project's gateway. */
export const GATEWAY_SERVICES = ["rest", "auth", "storage", "realtime", "functions", "meta"] as const;
export type GatewayService = (typeof GATEWAY_SERVICES)[number];

/** Where a service listens on the project's network. */
export interface GatewayUpstream {
  readonly host: string;
  readonly port: number;
}

/** A project's four API keys, as clients send them. */
export interface GatewayApiKeys {
  /** Legacy key: a JWT that services verify themselves. */
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  /** Opaque key `sb_publishable_...`; no service ever sees it. */
  readonly publishableKey: string;
  readonly secretKey: string;
}

export interface GatewayKeys extends GatewayApiKeys {
  /**
   * Older keys that still open the project while a rotation is under way. A service is shown the internal JWT of their
   * role instead of them: the secret that signed an older legacy key may be gone already. From `until` on, in seconds since
   * the epoch, they are as good as unknown, whether or not somebody comes to take them out of here.
   */
  readonly previous?: (Partial<GatewayApiKeys> & { readonly until: number }) | undefined;
  /** Signed JWT that stands in for keys of the role `anon`; may be the legacy key itself. */
  readonly anonJwt: string;
  /** The same for `service_role`. */
  readonly serviceJwt: string;
}

/** A route of the project's own beside Supabase's. */
export interface GatewayExtraRoute {
  /** E.g. `/billing`; requests to it and below it are meant. */
  readonly path: string;
  /** URL of what answers, e.g. `http://billing:3000/base`. Certificates of `https` targets are verified. */
  readonly target: string;
  /** Which of the project's keys a request needs: none, any, or one of the service role. */
  readonly auth: "none" | "anon" | "service";
  /** True to send the path without {@link path}. */
  readonly stripPath: boolean;
}

export interface GatewayLimits {
  readonly bodyBytes: number;
  /** Longest silence of a service; Edge Functions have Supabase's 150 s instead. */
  readonly timeoutSeconds: number;
}

/** Everything a dedicated project's gateway is made of. */
export interface GatewayConfOptions {
  readonly ref: string;
  readonly keys: GatewayKeys;
  /** Null where a service is off: its routes then answer 503 `service_off`. */
  readonly services: Readonly<Record<GatewayService, GatewayUpstream | null>>;
  readonly limits: GatewayLimits;
  readonly routes: readonly GatewayExtraRoute[];
  /** True to pass connections on port 5432 on to `db:5432`. Needs nginx's module `stream`. */
  readonly databasePort: boolean;
}
