/** How each refusal of the gateway looks outside: its status, and what the caller can do about it. */
const ERRORS = {
  bad_request_target: [400, "Send a plain path, e.g. /projects/<ref>/rest/v1/<table>, without '..', '//' or '\\'."],
  ambiguous_request: [400, "Send each of these headers once, and let path, host name and X-Project-Id agree."],
  invalid_project_ref: [400, "A project ref is 20 lower-case letters."],
  invalid_request: [400, "See the message."],
  no_api_key: [401, "Send the project's anon key in the header `apikey` or in `Authorization: Bearer <key>`."],
  invalid_api_key: [401, "Copy the key again from this project's API settings; keys of other projects do not fit."],
  invalid_jwt: [401, "Sign the token with this project's JWT secret (HS256), with a role Supabase knows."],
  jwt_expired: [401, "Refresh the session, or sign in again."],
  project_not_found: [404, "Check the project's ref in the URL."],
  route_not_found: [404, "Use one of /rest/v1, /graphql/v1, /auth/v1, /storage/v1, /realtime/v1, /functions/v1."],
  graphql_not_enabled: [404, "GraphQL needs the extension pg_graphql, which this project's database does not have."],
  method_not_allowed: [405, "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS."],
  request_timeout: [408, "Send the whole request without long pauses."],
  body_too_large: [413, "Send less in one request, e.g. insert rows in batches."],
  headers_too_large: [431, "Shorten the URL or the headers; a long filter can go into a function called by POST."],
  too_many_requests: [429, "Wait for the seconds in Retry-After, then send fewer requests at once."],
  service_unavailable: [501, "This platform does not offer the service yet."],
  upstream_failed: [502, "Try again. If this was a write, look first whether it happened."],
  service_unreachable: [
    503,
    "Nothing was sent: try again in a moment. If it stays, look for the project's drift and repair it.",
  ],
  project_paused: [503, "Restore the project, then try again."],
  project_coming_up: [503, "Wait until the project's status is ACTIVE_HEALTHY."],
  project_going_down: [503, "The project is being deleted."],
  project_unavailable: [503, "Try again; if it stays, the operator finds the reason in the gateway's log."],
  registry_unavailable: [
    503,
    "The project is not in the gateway's memory; try again when the control database is back.",
  ],
  gateway_busy: [503, "Try again after the seconds in Retry-After."],
  shutting_down: [503, "Try again: the gateway is being restarted."],
  upstream_timeout: [504, "Ask for less at once, or make the query faster (index, limit)."],
} as const satisfies Record<string, readonly [status: number, hint: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** A refusal with a stable code. Its message is shown to the caller and so holds nothing private. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ErrorCode;
  readonly status: number;
  /** Seconds for the header Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: { retryAfter?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = ERRORS[code][0];
    this.retryAfter = options.retryAfter;
  }

  /** The body in the shape that supabase clients parse. */
  get body(): { code: string; message: string; details: null; hint: string } {
    return { code: this.code, message: this.message, details: null, hint: ERRORS[this.code][1] };
  }
}

/** Turns anything thrown into a refusal; what is not ours leaks nothing. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError("upstream_failed", "The gateway failed on this request.", { cause: error });
}
