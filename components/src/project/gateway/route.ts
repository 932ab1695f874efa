import { answerPreflight, keepServiceCors } from "./cors.ts";
import { KEY_REFUSALS } from "./keyMaps.ts";
import { block, escapeRegex, type MapEntry, mapBlock, quote } from "./nginxText.ts";
import { refuse, refuseBy } from "./refusals.ts";

/** A variable with the path and query a service is asked for; empty when the raw path is not one of the route's. */
export interface Target {
  readonly variable: string;
  readonly map: readonly string[];
}

/** Every route below a prefix: `<prefix>/x?q` becomes `<base>/x?q`, byte for byte. */
export function targetBelow(name: string, source: string, prefix: string, base: string): Target {
  const [path, query] = [`sl_${name}_path`, `sl_${name}_query`];
  const start = `~^${escapeRegex(prefix)}`;
  return targetOf(name, source, [
    [`${start}(?<${path}>/.*)$`, `${base}$${path}`],
    [`${start}(?<${query}>\\?.*)?$`, `${base}/$${query}`],
  ]);
}

export function targetOf(name: string, source: string, entries: readonly MapEntry[]): Target {
  const variable = `$sl_${name}_target`;
  return { variable, map: mapBlock(source, variable, "", entries) };
}

/** One of the gateway's routes, ready to be written down. */
export interface Route {
  /** Regular expression on the decoded path. Routes are tried in order. */
  readonly pattern: string;
  /** Name for people, in `service_off`. */
  readonly service: string;
  /** `http://host:port`; null where the service is off. */
  readonly origin: string | null;
  readonly target: Target;
  /** What of the client's path the service does not see. */
  readonly prefix: string;
  /** Variable that holds a refusal by key, if so. */
  readonly refusal: string | undefined;
  /** True where the apikey may stand in the query and so is taken out of it. */
  readonly queryApikey: boolean;
  /** Headers beside the usual ones, or instead of them. */
  readonly headers: Readonly<Record<string, string>>;
  /** True to send on none of the client's headers but those named. */
  readonly onlyNamedHeaders?: boolean;
  readonly timeoutSeconds: number;
  /** True to pass on bytes as they come, in both directions. */
  readonly streams?: boolean;
  readonly webSockets?: boolean;
  /** True where the code behind may say itself which origins it wants. */
  readonly ownCors?: boolean;
  readonly extraLines?: readonly string[];
}

/** Never taken from a client: said by gateways only, hop-by-hop, or for the platform. */
const NOT_FORWARDED = [
  "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "HTTP2-Settings", "Forwarded",
  "X-Forwarded-Path", "X-Forwarded-Server", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "sb-api-key",
  "X-Project-Id",
]; // biome-ignore format: read as a list

function requestHeaders(route: Route): Record<string, string> {
  return {
    ...Object.fromEntries(NOT_FORWARDED.map((name) => [name, ""])),
    Host: "$sl_host",
    Connection: route.webSockets ? "$sl_connection" : "close",
    Upgrade: route.webSockets ? "$sl_upgrade" : "",
    "X-Request-Id": "$sl_request_id",
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Host": "$sl_host",
    "X-Forwarded-Port": "$sl_port",
    "X-Forwarded-Proto": "$sl_proto",
    "X-Forwarded-Prefix": `$sl_front_prefix${route.prefix}`,
    ...route.headers,
  };
}

/** A route's location. */
export function routeLocation(route: Route): string[] {
  const { origin, target, timeoutSeconds } = route;
  const lines = [...refuseBy("$sl_refuse_target", ["bad_request_target", "method_not_allowed"]), answerPreflight()];
  if (origin === null) {
    lines.push(`set $sl_service ${route.service};`, refuse("service_off"));
    return block(`location ~ ${quote(route.pattern)}`, lines);
  }
  lines.push(
    // The decoded path is this route's and the raw one is not, e.g. because its prefix is percent-encoded.
    `if (${target.variable} = "") { ${refuse("route_not_found")} }`,
    ...(route.queryApikey ? refuseBy("$sl_refuse_apikeys", ["ambiguous_request"]) : []),
    ...(route.refusal === undefined ? [] : refuseBy(route.refusal, KEY_REFUSALS)),
    // nginx drops headers whose value is empty.
    ...Object.entries(requestHeaders(route)).map(([name, value]) => `proxy_set_header ${name} ${quote(value)};`),
    ...(route.onlyNamedHeaders ? ["proxy_pass_request_headers off;"] : []),
    `proxy_read_timeout ${timeoutSeconds}s;`,
    `proxy_send_timeout ${timeoutSeconds}s;`,
    ...(route.streams ? ["proxy_buffering off;", "proxy_request_buffering off;"] : []),
    ...(route.ownCors ? keepServiceCors() : []),
    ...(route.extraLines ?? []),
    // The variable makes nginx ask Docker's DNS at each request instead of once at its start.
    `proxy_pass ${origin}${target.variable};`,
  );
  return block(`location ~ ${quote(route.pattern)}`, lines);
}
