import type { ErrorBody } from "@supalove/contracts/api/index.ts";

/** Errors of this server's own, beside those it passes on. Same form, so that pages show them alike. */
const FAILURES = {
  signed_out: [401, "You are signed out.", "Sign in again."],
  not_same_origin: [403, "The request did not come from a page of this dashboard.", "Reload the page and try again."],
  route_not_found: [404, "This dashboard has no such route.", "Reload the page."],
  body_too_large: [413, "The request is too large.", "Send less at once."],
  unsupported_media_type: [415, "The body must be JSON.", "Send `Content-Type: application/json`."],
  api_unreachable: [
    502,
    "The platform's API does not answer.",
    "Try again in a moment; `./supalove status` shows what runs. Projects go on serving meanwhile.",
  ],
  api_unknown_answer: [
    502,
    "The platform's API gave an answer that this dashboard does not understand.",
    "Run `./supalove up`: it brings both to the same version.",
  ],
  identity_provider_unavailable: [
    503,
    "The identity provider does not answer.",
    "Try again in a moment; you are still signed in.",
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export type FailureCode = keyof typeof FAILURES;

/** An answer that says what went wrong. */
export function failure(code: FailureCode): Response {
  const [status, message, next_step] = FAILURES[code];
  const body: ErrorBody = { message, code, next_step, request_id: "" };
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}
