import { checkOptions } from "./checkOptions.ts";
import { corsHeaders, corsMaps, hideServiceCors, preflightBlock } from "./cors.ts";
import { extraRoutes } from "./extraRoutes.ts";
import type { GatewayConfOptions } from "./gatewayOptions.ts";
import { keyMaps } from "./keyMaps.ts";
import { block, quote } from "./nginxText.ts";
import { refusalBlocks, refusalMaps, refuse } from "./refusals.ts";
import { forwardingMaps, targetMaps } from "./requestMaps.ts";
import { type Route, routeLocation } from "./route.ts";
import { DENIED_PATTERN, supabaseRoutes } from "./supabaseRoutes.ts";

/** Docker's own DNS, in every container. Short-lived answers follow a container that is made anew. */
const RESOLVER = ["resolver 127.0.0.11 valid=5s ipv6=off;", "resolver_timeout 3s;"];

/** Neither query nor headers: both may hold keys. */
const LOG_FORMAT = `log_format gateway escape=json '{"time":"$time_iso8601","method":"$request_method","path":"$sl_path","status":$sl_status,"bytes":$body_bytes_sent,"seconds":$request_time,"requestId":"$sl_request_id","upstreamStatus":"$upstream_status"}';`;

/**
 * Renders the whole `/etc/nginx/nginx.conf` of a dedicated project's gateway. Runs without root on port 8080, under
 * nginx 1.22 and later, and needs nothing but nginx's standard modules (and `stream` for the database's port).
 * The text holds the project's keys: treat it as a secret.
 * @throws GatewayConfError
 */
export function buildGatewayConf(options: GatewayConfOptions): { nginxConf: string } {
  checkOptions(options);
  const lines = [
    "include /etc/nginx/modules-enabled/*.conf;",
    // A project's share of a server, not the server.
    "worker_processes 2;",
    "pid /tmp/nginx.pid;",
    "error_log /dev/stderr warn;",
    // Web sockets would keep an old worker for hours.
    "worker_shutdown_timeout 10s;",
    ...block("events", ["worker_connections 4096;"]),
    ...block("http", httpLines(options)),
    ...(options.databasePort ? block("stream", databaseLines()) : []),
  ];
  return { nginxConf: `${lines.join("\n")}\n` };
}

function httpLines(options: GatewayConfOptions): string[] {
  const routes = [...supabaseRoutes(options), ...extraRoutes(options)];
  const targets = new Map(routes.map(({ target }) => [target.variable, target.map]));
  return [
    // nginx puts the request line, and by that a key in the query, behind every message about a request from `crit` (a
    // full disk) down to `warn`. What went wrong is told by status and upstreamStatus in the access log instead.
    "error_log /dev/stderr emerg;",
    LOG_FORMAT,
    "access_log /dev/stdout gateway;",
    "default_type application/octet-stream;",
    "server_tokens off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path /tmp/${name}_temp;`),
    "map_hash_bucket_size 256;",
    "variables_hash_max_size 4096;",
    "variables_hash_bucket_size 128;",
    ...RESOLVER,
    ...corsMaps(),
    ...refusalMaps(),
    ...targetMaps(),
    ...forwardingMaps(options.ref),
    ...keyMaps(options.keys),
    ...[...targets.values()].flat(),
    ...block("server", serverLines(options, routes)),
  ];
}

function serverLines({ limits, ref }: GatewayConfOptions, routes: readonly Route[]): string[] {
  return [
    "listen 8080 default_server;",
    "server_name _;",
    // nginx must know the variable even where no service is off.
    "set $sl_service service;",
    // The routing gateway in front keeps idle connections for 15 s and must be the first to give one up.
    "keepalive_timeout 75s;",
    "keepalive_requests 10000;",
    "client_header_timeout 15s;",
    "client_body_timeout 60s;",
    `client_max_body_size ${limits.bodyBytes};`,
    "client_body_buffer_size 64k;",
    // Long filters are common in PostgREST's URLs.
    "client_header_buffer_size 4k;",
    "large_client_header_buffers 8 32k;",
    "proxy_http_version 1.1;",
    "proxy_connect_timeout 3s;",
    "proxy_next_upstream off;",
    "proxy_redirect off;",
    "proxy_buffer_size 32k;",
    "proxy_buffers 8 32k;",
    "proxy_busy_buffers_size 64k;",
    "proxy_max_temp_file_size 0;",
    // A function's answer must not send the request on to another location.
    "proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;",
    ...corsHeaders(),
    ...hideServiceCors(),
    ...refusalBlocks(),
    ...preflightBlock(),
    ...block("location = /healthz", [
      "access_log off;",
      "default_type text/plain;",
      `return 200 ${quote(`ok ${ref}`)};`,
    ]),
    ...block(`location ~ ${quote(DENIED_PATTERN)}`, [refuse("route_denied")]),
    ...routes.flatMap(routeLocation),
    ...block("location /", [refuse("route_not_found")]),
  ];
}

function databaseLines(): string[] {
  return [
    ...RESOLVER,
    // By way of a variable, so that nginx starts while the database is away.
    ...block("map $remote_addr $sl_database", ["default db:5432;"]),
    ...block("server", [
      "listen 5432 so_keepalive=on;",
      "proxy_connect_timeout 3s;",
      // Sessions are often silent for long; keepalive finds those that are dead.
      "proxy_timeout 24h;",
      "proxy_socket_keepalive on;",
      "proxy_pass $sl_database;",
    ]),
  ];
}
