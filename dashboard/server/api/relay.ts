import { dashboardEnv } from "../env.ts";
import { readLimited } from "../http/readLimited.ts";
import { isSameOrigin } from "../http/sameOrigin.ts";
import { currentSession, writeSession } from "../session/currentSession.ts";
import { tokenKeeper } from "../session/keeper.ts";
import { type LiveSession, SessionEnded } from "../session/tokenKeeper.ts";
import { failure } from "./failure.ts";
import { findRelayRoute, type RelayRoute } from "./relayRoutes.ts";

/** Longest wait for an answer; a query may take a minute or two on the larger sizes. */
const TIMEOUT_MS = 150_000;
/** As much as the API itself takes of its largest body. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** Headers of a request that mean something to the API. */
const PASSED_ON = ["idempotency-key", "last-event-id"] as const;
/** Headers of its answer that mean something to pages. */
const PASSED_BACK = ["retry-after"] as const;

/**
 * Passes a page's request on to the HTTP API with the person's own access token, which never reaches the browser. What the
 * person may do is the API's to say.
 * @param segments path below `/v1`, decoded
 */
export async function relay(request: Request, segments: readonly string[]): Promise<Response> {
  const route = findRelayRoute(request.method, segments);
  if (route === undefined) return failure("route_not_found");
  const changes = request.method !== "GET";
  if (changes && !isSameOrigin(request.headers, dashboardEnv().PUBLIC_DASHBOARD_URL)) return failure("not_same_origin");
  const body = changes ? await readBody(request) : undefined;
  if (body instanceof Response) return body;
  const cookie = await currentSession();
  if (cookie === undefined) return failure("signed_out");
  let live: LiveSession;
  try {
    live = await tokenKeeper().fresh(cookie);
  } catch (error) {
    if (error instanceof SessionEnded) return failure("signed_out");
    console.error("refreshing a session failed:", error instanceof Error ? error.message : error);
    return failure("identity_provider_unavailable");
  }
  if (live.session.generation > cookie.generation) await writeSession(live.session);
  return forward(request, route, segments, body, live.accessToken);
}

async function forward(
  request: Request,
  route: RelayRoute,
  segments: readonly string[],
  body: string | undefined,
  accessToken: string,
): Promise<Response> {
  const url = new URL(`/v1/${segments.map(encodeURIComponent).join("/")}`, dashboardEnv().API_URL);
  url.search = new URL(request.url).search;
  const headers = new Headers({ authorization: `Bearer ${accessToken}` });
  for (const name of PASSED_ON) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (body !== undefined) headers.set("content-type", "application/json");
  // A stream lasts as long as somebody watches.
  const signal =
    route.answer === "events" ? request.signal : AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: request.method,
      headers,
      signal,
      redirect: "error",
      cache: "no-store",
      ...(body === undefined ? {} : { body }),
    });
  } catch {
    return failure("api_unreachable");
  }
  return answer.ok ? passBack(answer, route) : passError(answer);
}

async function passBack(answer: Response, route: RelayRoute): Promise<Response> {
  if (route.answer === "events") {
    return new Response(answer.body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        // `no-transform`: a compressor would hold events back.
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  }
  if (route.answer === "nothing") return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  const parsed = route.answer.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success) {
    console.error(`answer of the API for ${route.method} ${route.path.length} segments:`, parsed.error.issues[0]);
    return failure("api_unknown_answer");
  }
  return json(parsed.data, answer);
}

/** The API's own words for what went wrong; they are made for the caller's eyes. */
async function passError(answer: Response): Promise<Response> {
  const body: unknown = await answer.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) return failure("api_unknown_answer");
  return json(body, answer);
}

function json(body: unknown, answer: Response): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of PASSED_BACK) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return Response.json(body, { status: answer.status, headers });
}

/** The body as it came, undefined for none, or the answer that refuses it. */
async function readBody(request: Request): Promise<string | undefined | Response> {
  const text = await readLimited(request, LARGEST_BODY);
  if (text === undefined) return failure("body_too_large");
  if (text === "") return undefined;
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  return type === "application/json" ? text : failure("unsupported_media_type");
}
