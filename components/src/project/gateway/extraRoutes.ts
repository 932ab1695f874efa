import { parseRouteTarget, routePathFault } from "@supalove/contracts";
import { GatewayConfError } from "./gatewayConfError.ts";
import type { GatewayConfOptions, GatewayExtraRoute } from "./gatewayOptions.ts";
import { escapeRegex } from "./nginxText.ts";
import { type Route, targetBelow, targetOf } from "./route.ts";

/** In Debian's images as in nginx's own, both with the package ca-certificates; nginx does not start without it. */
const TRUSTED_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

const REFUSAL = { none: undefined, anon: "$sl_refuse_not_anon", service: "$sl_refuse_not_service" } as const;

function verifyTls(host: string): string[] {
  return [
    "proxy_ssl_server_name on;",
    `proxy_ssl_name ${host};`,
    "proxy_ssl_verify on;",
    "proxy_ssl_verify_depth 4;",
    `proxy_ssl_trusted_certificate ${TRUSTED_CERTIFICATES};`,
  ];
}

/** @throws GatewayConfError */
function extraRoute(route: GatewayExtraRoute, index: number, timeoutSeconds: number): Route {
  const at = `routes[${index}]`;
  const pathFault = routePathFault(route.path);
  if (pathFault !== undefined) throw new GatewayConfError(`${at}.path`, pathFault);
  if (!Object.hasOwn(REFUSAL, route.auth)) throw new GatewayConfError(`${at}.auth`, "must be none, anon or service");
  const target = parseRouteTarget(route.target);
  if ("fault" in target) throw new GatewayConfError(`${at}.target`, target.fault);
  const { secure, host, port } = target;
  const base = target.base.replace(/\/$/, "");
  const { path } = route;
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
  const paths = routes.map(({ path }) => path);
  const twice = paths.findIndex((path, index) => paths.indexOf(path) !== index);
  if (twice !== -1) throw new GatewayConfError(`routes[${twice}].path`, "is there twice");
  return routes
    .map((route, index) => extraRoute(route, index, limits.timeoutSeconds))
    .sort((a, b) => b.pattern.length - a.pattern.length);
}
