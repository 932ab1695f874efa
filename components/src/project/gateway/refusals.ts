import { corsHeaders } from "./cors.ts";
import { block, mapBlock, quote } from "./nginxText.ts";

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly hint: string;
  /** Statuses by which nginx itself says this. */
  readonly nginx?: readonly number[];
}

/** What the gateway answers by itself: codes, statuses and hints of the routing gateway wherever it knows the case. */
const REFUSALS = {
  bad_request_target: {
    status: 400,
    message: "The path can be read in more than one way.",
    hint: "Send a plain path, e.g. /rest/v1/<table>, without '..' or '\\'.",
  },
  ambiguous_request: {
    status: 400,
    message: "The request has more than one apikey.",
    hint: "Send the key once, in the header apikey or in the query.",
  },
  no_api_key: {
    status: 401,
    message: "No API key found in the request.",
    hint: "Send the project's anon key in the header `apikey` or in `Authorization: Bearer <key>`.",
  },
  invalid_api_key: {
    status: 401,
    message: "The API key is not one of this project's keys.",
    hint: "Copy the key again from this project's API settings; keys of other projects do not fit.",
  },
  invalid_jwt: {
    status: 401,
    message: "The header Authorization is not a Bearer token.",
    hint: "Sign the token with this project's JWT secret (HS256), with a role Supabase knows.",
  },
  service_key_required: {
    status: 403,
    message: "This route takes keys of the service role only.",
    hint: "Send the project's secret key in the header `apikey`, from a server.",
  },
  route_denied: {
    status: 403,
    message: "This route is closed.",
    hint: "It is for the platform only.",
  },
  route_not_found: {
    status: 404,
    message: "No service has this path.",
    hint: "Use one of /rest/v1, /graphql/v1, /auth/v1, /storage/v1, /realtime/v1, /functions/v1.",
  },
  method_not_allowed: {
    status: 405,
    message: "The method is not allowed.",
    hint: "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.",
    nginx: [405],
  },
  body_too_large: {
    status: 413,
    message: "The body has more bytes than this project takes.",
    hint: "Send less in one request, e.g. insert rows in batches.",
    nginx: [413],
  },
  service_off: {
    status: 503,
    message: "The service $sl_service is off in this project.",
    hint: "Switch the service on in the project's settings.",
  },
  service_unreachable: {
    status: 503,
    message: "The service can't be reached.",
    hint: "Nothing was sent: try again in a moment. If it stays, look for the project's drift and repair it.",
  },
  upstream_failed: {
    status: 502,
    message: "The service ended the connection without an answer.",
    hint: "Try again. If this was a write, look first whether it happened.",
    nginx: [500, 502, 503],
  },
  upstream_timeout: {
    status: 504,
    message: "The service did not answer in time.",
    hint: "Ask for less at once, or make the query faster (index, limit).",
    nginx: [504],
  },
} as const satisfies Record<string, Refusal>;

/** Said of bytes that are no request yet: nginx has no path then, and without one it can't go to a named location. */
const PARSER_REFUSALS = {
  invalid_request: {
    status: 400,
    message: "The request is not valid HTTP/1.1.",
    hint: "See the message.",
    nginx: [400, 501],
  },
  headers_too_large: {
    status: 431,
    message: "URL or headers are too long.",
    hint: "Shorten the URL or the headers; a long filter can go into a function called by POST.",
    nginx: [414, 494],
  },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof REFUSALS;

const CODES = Object.keys(REFUSALS) as RefusalCode[];
/** Unused statuses by which a location says which refusal it means; never seen outside. */
const FIRST_SIGNAL = 560;
const PARSER_PATH = "/.gateway/";

/** The directive by which a location refuses. */
export const refuse = (code: RefusalCode): string => `return ${FIRST_SIGNAL + CODES.indexOf(code)};`;

/** Refuses when a variable holds the name of one of the codes. */
export const refuseBy = (variable: string, codes: readonly RefusalCode[]): string[] =>
  codes.map((code) => `if (${variable} = ${code}) { ${refuse(code)} }`);

/** Body in the shape that supabase clients parse. */
const bodyOf = (code: string, { message, hint }: Refusal): string =>
  JSON.stringify({ code, message, details: null, hint });

/**
 * Set where nothing of the request went to a service: no address, no connection, no certificate that holds. nginx has one
 * status for that and for a service that hung up in the middle.
 */
export const refusalMaps = (): string[] =>
  mapBlock("$upstream_bytes_sent", "$sl_unreached", "", [
    // nginx tries no pattern on what is empty.
    ["", "1"],
    ["~^[0, :-]+$", "1"],
  ]);

function answer(code: string, refusal: Refusal): string[] {
  return [
    `default_type ${quote("application/json; charset=utf-8")};`,
    ...corsHeaders(),
    "add_header Cache-Control no-store always;",
    ...(refusal.status === 401 ? ["add_header WWW-Authenticate Bearer always;"] : []),
    `return ${refusal.status} ${quote(bodyOf(code, refusal))};`,
  ];
}

const { service_unreachable: unreachable } = REFUSALS;
/** Failures behind which there may have been no connection: one that was refused, or waited for in vain. */
const MAY_BE_UNREACHED: readonly RefusalCode[] = ["upstream_failed", "upstream_timeout"];
/** In front of the answer to a failure. A status from here is final: nginx looks for an error page once. */
const UNREACHED = block("if ($sl_unreached)", [
  `return ${unreachable.status} ${quote(bodyOf("service_unreachable", unreachable))};`,
]);

/** Lines of the server: which refusal a status means, and the answers. */
export function refusalBlocks(): string[] {
  const named = CODES.flatMap((code) => {
    const refusal: Refusal = REFUSALS[code];
    const statuses = [FIRST_SIGNAL + CODES.indexOf(code), ...(refusal.nginx ?? [])];
    const unreached = MAY_BE_UNREACHED.includes(code) ? UNREACHED : [];
    const lines = [...unreached, ...answer(code, refusal)];
    return [`error_page ${statuses.join(" ")} = @${code};`, ...block(`location @${code}`, lines)];
  });
  const parser = Object.entries(PARSER_REFUSALS).flatMap(([code, refusal]) => [
    `error_page ${refusal.nginx.join(" ")} = ${PARSER_PATH}${code};`,
    ...block(`location = ${PARSER_PATH}${code}`, ["internal;", ...answer(code, refusal)]),
  ]);
  return [...named, ...parser];
}
