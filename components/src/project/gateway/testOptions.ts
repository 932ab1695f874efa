import type { GatewayConfOptions } from "./gatewayOptions.ts";

/** Unsigned, as no gateway looks inside. */
export const jwtOf = (name: string): string =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ name })).toString("base64url")}.c2lnbmF0dXJl-_`;

export const KEYS = {
  anonKey: jwtOf("anon"),
  serviceRoleKey: jwtOf("service_role"),
  publishableKey: "sb_publishable_AbCdEfGhIjKlMnOpQrStUv_Ab-d_f-h",
  secretKey: "sb_secret_AbCdEfGhIjKlMnOpQrStUv_Zb-d_f-h",
  previous: {
    anonKey: jwtOf("older anon"),
    secretKey: "sb_secret_OlDeRoLdErOlDeRoLdErOl_OlDeRrrr",
    until: 4_102_444_800,
  },
  anonJwt: jwtOf("internal anon"),
  serviceJwt: jwtOf("internal service"),
};

const echo = (host: string, port: number) => ({ host, port });

/** A project with every service on, each on its usual port. */
export const OPTIONS: GatewayConfOptions = {
  ref: "abcdefghijklmnopqrst",
  keys: KEYS,
  services: {
    rest: echo("rest", 3000),
    auth: echo("auth", 9999),
    storage: echo("storage", 5000),
    realtime: echo("realtime", 4000),
    functions: echo("functions", 9000),
    meta: echo("meta", 8080),
  },
  limits: { bodyBytes: 100_000, timeoutSeconds: 2 },
  routes: [
    { path: "/billing", target: "http://billing:3001/base", auth: "none", stripPath: true },
    { path: "/billing/admin", target: "http://billing:3001", auth: "service", stripPath: false },
    { path: "/members", target: "http://billing:3001/", auth: "anon", stripPath: true },
  ],
  databasePort: false,
};
