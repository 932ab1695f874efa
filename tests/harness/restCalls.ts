import type { LiveProject } from "./api.ts";

/** A call of a project's REST API. */
export interface RestCall {
  readonly method?: string;
  /** In the header `apikey`; the service role's by default, null for none. */
  readonly key?: string | null;
  /** In `Authorization`, as a Bearer token. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text goes out as it is. */
  readonly body?: unknown;
}

/** What came back: the body parsed where it is JSON. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Sends a request to the routing gateway, at the project's address; whatever comes back is the result. */
export async function rest(project: LiveProject, path: string, call: RestCall = {}): Promise<RestAnswer> {
  const { key = project.serviceRoleKey, token, headers = {}, body } = call;
  const response = await fetch(`${project.url}/rest/v1/${path}`, {
    method: call.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(key === null ? {} : { apikey: key }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}
