import type { GatewayConfOptions, GatewayService } from "./gatewayOptions.ts";
import { type Route, type Target, targetBelow, targetOf } from "./route.ts";

const FUNCTIONS_TIMEOUT_SECONDS = 150;
/** Clients of Realtime give a sign of life every half a minute; only dead connections are silent for so long. */
const WEB_SOCKET_TIMEOUT_SECONDS = 600;
const END = "(?:/|$)";
const WELL_KNOWN_OAUTH = "\\.well-known/oauth-authorization-server";
const SAML = "sso/saml/(?:acs|metadata)";

/** What a service that knows roles is shown: JWTs, never an opaque key. */
const CREDENTIALS = { Authorization: "$sl_authorization", apikey: "$sl_apikey_shown" };

/** Paths that must never be reached from outside, whatever is behind them. */
export const DENIED_PATTERN = `^/realtime/v1/api/(?:openapi|tenants)${END}`;

/** Supabase's routes, the more particular ones first. Their first segments are reserved in `contracts/src/extraRoute.ts`. */
export function supabaseRoutes({ services, limits }: GatewayConfOptions): Route[] {
  const below = (name: string, prefix: string, base = "", source = "$sl_target") =>
    targetBelow(name, source, prefix, base);
  const route = (service: GatewayService, pattern: string, target: Target, rest: Partial<Route>): Route => {
    const upstream = services[service];
    return {
      pattern: `^${pattern}`,
      service,
      origin: upstream === null ? null : `http://${upstream.host}:${upstream.port}`,
      target,
      prefix: "",
      refusal: "$sl_refuse_verifying",
      queryApikey: true,
      headers: CREDENTIALS,
      timeoutSeconds: limits.timeoutSeconds,
      ...rest,
    };
  };
  const auth = below("auth", "/auth/v1");
  const authRoot = targetOf("auth_root", "$sl_target", [
    [`~^(?<sl_auth_root>/(?:${SAML}|${WELL_KNOWN_OAUTH})(?:[/?].*)?)$`, "$sl_auth_root"],
  ]);
  const openAuth = `(?:verify|callback|authorize|\\.well-known/jwks\\.json|${WELL_KNOWN_OAUTH}|${SAML})`;
  const graphql = targetOf("graphql", "$sl_target", [
    ["~^/graphql/v1/?(?<sl_graphql_query>\\?.*)?$", "/rpc/graphql$sl_graphql_query"],
  ]);
  const realtime = { headers: { ...CREDENTIALS, "x-api-key": "$sl_realtime_key" } };
  return [
    route("auth", `/auth/v1/${openAuth}${END}`, auth, { prefix: "/auth/v1", refusal: undefined }),
    route("auth", `/(?:${SAML}|${WELL_KNOWN_OAUTH})${END}`, authRoot, { refusal: undefined }),
    route("auth", `/auth/v1${END}`, auth, { prefix: "/auth/v1", refusal: "$sl_refuse_auth" }),
    route("rest", `/rest/v1${END}`, below("rest", "/rest/v1"), { prefix: "/rest/v1" }),
    route("rest", "/graphql/v1/?$", graphql, {
      prefix: "/graphql/v1",
      // The client's own profile headers would send the call into another schema.
      headers: { ...CREDENTIALS, "Content-Profile": "graphql_public", "Accept-Profile": "" },
    }),
    route("realtime", `/realtime/v1/api${END}`, below("realtime_api", "/realtime/v1/api", "/api"), {
      ...realtime,
      prefix: "/realtime/v1/api",
    }),
    route("realtime", `/realtime/v1${END}`, below("realtime", "/realtime/v1", "/socket"), {
      ...realtime,
      prefix: "/realtime/v1",
      timeoutSeconds: WEB_SOCKET_TIMEOUT_SECONDS,
      streams: true,
      webSockets: true,
    }),
    // Storage decides itself which objects are public, and S3's signatures are its own to check.
    route("storage", `/storage/v1${END}`, below("storage", "/storage/v1"), {
      prefix: "/storage/v1",
      refusal: undefined,
      streams: true,
    }),
    // Functions are the project's own code: they get keys as they came, and a JWT for opaque ones beside them.
    route("functions", `/functions/v1${END}`, below("functions", "/functions/v1", "", "$request_uri"), {
      prefix: "/functions/v1",
      refusal: undefined,
      queryApikey: false,
      headers: { "sb-api-key": "$sl_function_jwt" },
      timeoutSeconds: FUNCTIONS_TIMEOUT_SECONDS,
      streams: true,
      webSockets: true,
      ownCors: true,
    }),
    // postgres-meta lets a request choose its database by headers `x-connection-*`; nginx can't drop headers by pattern,
    // so it sends none on but those it names.
    route("meta", `/pg${END}`, below("meta", "/pg"), {
      prefix: "/pg",
      refusal: "$sl_refuse_not_service",
      onlyNamedHeaders: true,
      headers: { "Content-Type": "$content_type", Accept: "$http_accept" },
    }),
  ];
}
