import type { ErrorBody } from "@supalove/contracts/api/index.ts";

/** An answer that is no success, in the API's words. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }

  get code(): string {
    return this.body.code;
  }
}

interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** Makes a change safe to repeat; new for each thing a person does. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** A key for one thing that a person does. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Calls the HTTP API through this dashboard's server, which has checked the answer's form.
 * @param path below `/api`, such as `/v1/projects`
 * @throws ApiFailure
 */
export async function callApi<T>(path: string, { method, body, idempotencyKey, signal }: Call = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiFailure(0, {
      code: "dashboard_unreachable",
      message: "This dashboard's server does not answer.",
      next_step: "Check your connection; `./supalove status` shows what runs.",
      request_id: "",
    });
  }
  if (answer.status === 204) return undefined as T;
  const content: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return content as T;
  const failure = new ApiFailure(answer.status, readError(content, answer.status));
  if (failure.code === "signed_out") signInAgain();
  throw failure;
}

function readError(content: unknown, status: number): ErrorBody {
  if (typeof content === "object" && content !== null && "message" in content && "code" in content) {
    return { next_step: "", request_id: "", ...content } as ErrorBody;
  }
  return {
    code: "unknown_answer",
    message: `The server answered with status ${status}.`,
    next_step: "Reload the page and try again.",
    request_id: "",
  };
}

/** The session ended while the page was open; signed in elsewhere, the browser is back here at once. */
function signInAgain(): void {
  const { pathname, search } = window.location;
  window.location.assign(`/auth/sign-in?return_to=${encodeURIComponent(pathname + search)}`);
}
