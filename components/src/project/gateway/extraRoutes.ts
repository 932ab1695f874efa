import { HOST_NAME, isPort } from "./checkOptions.ts";
import { GatewayConfError } from "./gatewayConfError.ts";
import type { GatewayConfOptions, GatewayExtraRoute } from "./gatewayOptions.ts";
import { escapeRegex } from "./nginxText.ts";
import { type Route, targetBelow, targetOf } from "./route.ts";
import { RESERVED_SEGMENTS } from "./supabaseRoutes.ts";

const PATH = /^\/[A-Za-z0-9/_.-]{0,100}$/;
const TARGET = /^(https?):\/\/([A-Za-z0-9_.-]+)(?::(\d{1,5}))?((?:\/[A-Za-z0-9/_.~-]*)?)$/;
/** Empty and dot segments: nginx and the service would not agree on what they mean. */
const UNPLAIN = /\/\/|\/\.{1,2}(?:\/|$)/;
/** In Debian's images as in nginx's own, both with the package ca-certificates; nginx does not start without it. */
const TRUSTED_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

const REFUSAL = { none: undefined, anon: "$sl_refuse_not_anon", service: "$sl_refuse_not_service" } as const;

const trimmed = (path: string) => path.replace(/\/$/, "");

/** @throws GatewayConfError */
function checkPath(path: string, at: string): void {
  if (!PATH.test(path) || UNPLAIN.test(path)) throw new GatewayConfError(at, "must be a plain path");
  if (RESERVED_SEGMENTS.has(path.split("/")[1] ?? "")) throw new GatewayConfError(at, "is one of Supabase's own paths");
}

/** @throws GatewayConfError */
function parseTarget(target: string, at: string): { secure: boolean; host: string; port: number; base: string } {
  const [, scheme, host = "", port, base = ""] = TARGET.exec(target) ?? [];
  if (scheme === undefined || !HOST_NAME.test(host) || UNPLAIN.test(base) || target.length > 500) {
    throw new GatewayConfError(at, "must be a plain http or https URL without user, query and fragment");
  }
  const secure = scheme === "https";
  const number = port === undefined ? (secure ? 443 : 80) : Number(port);
  if (!isPort(number)) throw new GatewayConfError(at, "has a port that does not exist");
  return { secure, host, port: number, base: trimmed(base) };
}

function verifyTls(host: string): string[] {
  return [
    "proxy_ssl_server_name on;",
    `proxy_ssl_name ${host};`,
    "proxy_ssl_verify on;",
    "proxy_ssl_verify_depth 4;",
    `proxy_ssl_trusted_certificate ${TRUSTED_CERTIFICATES};`,
  ];
}

function extraRoute(route: GatewayExtraRoute, index: number, timeoutSeconds: number): Route {
  const at = `routes[${index}]`;
  checkPath(route.path, `${at}.path`);
  if (!Object.hasOwn(REFUSAL, route.auth)) throw new GatewayConfError(`${at}.auth`, "must be none, anon or service");
  const { secure, host, port, base } = parseTarget(route.target, `${at}.target`);
  const path = trimmed(route.path);
  const name = `extra${index}`;
  const whole = `~^(?<sl_${name}_whole>${escapeRegex(path)}(?:[/?].*)?)$`;
  return {
    pattern: `^${escapeRegex(path)}(?:/|$)`,
    service: name,
    origin: `${secure ? "https" : "http"}://${host}:${port}`,
    target: route.stripPath
      ? targetBelow(name, "$request_uri", path, base)
      : targetOf(name, "$request_uri", [[whole, `${base}$sl_${name}_whole`]]),
    prefix: route.stripPath ? path : "",
    refusal: REFUSAL[route.auth],
    queryApikey: false,
    headers: {
      // A host of its own tells its sites apart by this header.
      Host: port === (secure ? 443 : 80) ? host : `${host}:${port}`,
      Authorization: "$sl_foreign_authorization",
      apikey: "",
    },
    timeoutSeconds,
    streams: true,
    webSockets: true,
    ownCors: true,
    extraLines: secure ? verifyTls(host) : [],
  };
}

/** The project's own routes, the more particular ones first. @throws GatewayConfError */
export function extraRoutes({ routes, limits }: GatewayConfOptions): Route[] {
  const paths = routes.map(({ path }) => trimmed(path));
  const twice = paths.findIndex((path, index) => paths.indexOf(path) !== index);
  if (twice !== -1) throw new GatewayConfError(`routes[${twice}].path`, "is there twice");
  return routes
    .map((route, index) => extraRoute(route, index, limits.timeoutSeconds))
    .sort((a, b) => b.pattern.length - a.pattern.length);
}
