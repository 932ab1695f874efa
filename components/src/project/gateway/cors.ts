import { block, type MapEntry, mapBlock, quote } from "./nginxText.ts";

/** Headers a browser's script may read from an answer: those of the routing gateway, and what the clients read of auth,
 * storage (resumable uploads) and functions. */
const EXPOSED = [
  "content-encoding", "content-length", "content-location", "content-profile", "content-range", "content-type", "date",
  "etag", "last-modified", "location", "preference-applied", "range-unit", "retry-after", "x-request-id",
  "link", "x-total-count", "x-supabase-api-version", "x-relay-error", "sb-error-code",
  "tus-resumable", "tus-version", "tus-extension", "tus-max-size",
  "upload-offset", "upload-length", "upload-metadata", "upload-defer-length", "upload-concat",
].join(", "); // biome-ignore format: read as a list
const METHODS = "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS";
/** Asked for by the supabase clients; a preflight that asks for none is told these. */
const USUAL_HEADERS =
  "authorization, x-client-info, apikey, content-type, accept, accept-profile, content-profile, prefer, range, x-project-id, x-request-id, x-region";
/** As the signals of the refusals, and out of their way. */
const PREFLIGHT_SIGNAL = 590;

const OWN_HEADERS = [
  "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
  "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Access-Control-Max-Age",
] as const; // biome-ignore format: read as a list

const REQUEST_ID = "add_header X-Request-Id $sl_request_id always;";

/**
 * Headers of every answer. Any origin may call: access is decided by keys, and no cookie is ever taken. nginx inherits
 * `add_header` only into blocks that have none, hence a function to call wherever there are others.
 */
export const corsHeaders = (): string[] => [
  "add_header Access-Control-Allow-Origin * always;",
  `add_header Access-Control-Expose-Headers ${quote(EXPOSED)} always;`,
  REQUEST_ID,
];

/** A service's own of these are replaced, as two of one name make a browser refuse the answer. */
export const hideServiceCors = (): string[] =>
  [...OWN_HEADERS, "X-Request-Id"].map((name) => `proxy_hide_header ${name};`);

/** For routes whose code is the project's own: its headers stand, and only missing ones are added. */
export const keepServiceCors = (): string[] => [
  "add_header Access-Control-Allow-Origin $sl_missing_origin always;",
  "add_header Access-Control-Expose-Headers $sl_missing_exposed always;",
  REQUEST_ID,
  "proxy_hide_header X-Request-Id;",
];

export function corsMaps(): string[] {
  const list: MapEntry = ["~^[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}$", "$http_access_control_request_headers"];
  const origin = "$upstream_http_access_control_allow_origin";
  return [
    ...mapBlock("$request_method:$http_origin:$http_access_control_request_method", "$sl_preflight", "", [
      ["~^OPTIONS:.+:[^:]+$", "1"],
    ]),
    ...mapBlock("$http_access_control_request_headers", "$sl_allowed_headers", USUAL_HEADERS, [list]),
    ...mapBlock(origin, "$sl_missing_origin", "", [["", "*"]]),
    ...mapBlock("$upstream_http_access_control_expose_headers", "$sl_missing_exposed", "", [["", EXPOSED]]),
  ];
}

/** In a location: a browser's question whether it may send the request is answered here, before any key is asked for. */
export const answerPreflight = (): string => `if ($sl_preflight) { return ${PREFLIGHT_SIGNAL}; }`;

/** Lines of the server: the answer to a preflight. */
export const preflightBlock = (): string[] => [
  `error_page ${PREFLIGHT_SIGNAL} = @preflight;`,
  ...block("location @preflight", [
    ...corsHeaders(),
    `add_header Access-Control-Allow-Methods ${quote(METHODS)};`,
    "add_header Access-Control-Allow-Headers $sl_allowed_headers;",
    "add_header Access-Control-Max-Age 3600;",
    "add_header Vary Access-Control-Request-Headers;",
    "return 204;",
  ]),
];
