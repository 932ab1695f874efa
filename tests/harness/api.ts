import { adminToken, platform } from "./platform.ts";
import { sleepUntil } from "./sleepUntil.ts";

/** A JSON answer of the HTTP API, the body parsed when there is one. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  /** Bearer token; the local admin's by default, null for none. */
  readonly token?: string | null;
}

/** Calls the platform's HTTP API. Never throws on a status: what came back is the result. */
export async function api<T = Record<string, unknown>>(path: string, call: Call = {}): Promise<Answer<T>> {
  const { urls } = await platform();
  const token = call.token === undefined ? await adminToken() : call.token;
  const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  const response = await fetch(urls.api + path, {
    method: call.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...call.headers,
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
}

export interface Project {
  readonly id: string;
  readonly ref: string;
  readonly name: string;
  readonly status: string;
  readonly plan: string;
  readonly operation_id?: string;
}

let counter = 0;
/** A project name no other test uses. */
export const uniqueName = (stem: string) => `${stem}-${process.pid}-${Date.now().toString(36)}-${++counter}`;

export interface LiveProject extends Project {
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
  /** Base URL for supabase-js. */
  readonly url: string;
}

/** Creates a shared project and waits until it is healthy, its keys in hand. */
export async function createProject(stem = "t", fields: Record<string, unknown> = {}): Promise<LiveProject> {
  const created = await api<Project>("/v1/projects", { body: { name: uniqueName(stem), plan: "shared", ...fields } });
  if (created.status !== 201) throw new Error(`create answered ${created.status}: ${JSON.stringify(created.body)}`);
  return liveProject(created.body.ref);
}

/**
 * Waits for creations that were started at once. When one fails, what the others made is deleted before that is thrown: a
 * fixture that did not come to be has nobody to clean up after it.
 */
export async function createdTogether<T extends readonly Promise<LiveProject>[]>(
  creations: readonly [...T],
): Promise<{ -readonly [K in keyof T]: LiveProject }> {
  const ends: readonly PromiseSettledResult<LiveProject>[] = await Promise.allSettled(creations);
  const failure = ends.find((end) => end.status === "rejected");
  const made = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  if (failure !== undefined) {
    // What went wrong first is what has to be told.
    await Promise.allSettled(made.map(({ ref }) => deleteProject(ref, { seconds: 120 })));
    throw failure.reason;
  }
  return made as { -readonly [K in keyof T]: LiveProject };
}

/** Waits until a project is healthy and reads its keys. */
export async function liveProject(ref: string): Promise<LiveProject> {
  const project = await projectWithStatus(ref, ["ACTIVE_HEALTHY"]);
  const keys = await api<{ name: string; type: string; api_key: string }[]>(`/v1/projects/${ref}/api-keys?reveal=true`);
  const postgrest = await api<{ jwt_secret: string }>(`/v1/projects/${ref}/postgrest`);
  const key = (want: (k: { name: string; type: string }) => boolean) => keys.body.find(want)?.api_key ?? "";
  const { urls } = await platform();
  return {
    ...project,
    anonKey: key((k) => k.type === "legacy" && k.name === "anon"),
    serviceRoleKey: key((k) => k.type === "legacy" && k.name === "service_role"),
    publishableKey: key((k) => k.type === "publishable"),
    secretKey: key((k) => k.type === "secret"),
    jwtSecret: postgrest.body.jwt_secret,
    url: `${urls.gateway}/projects/${ref}`,
  };
}

/** Polls a project until its status word is one of `wanted`; fails at once on INIT_FAILED when that is not wanted. */
export async function projectWithStatus(ref: string, wanted: readonly string[], seconds = 60): Promise<Project> {
  return sleepUntil(
    `project ${ref} to be ${wanted.join(" or ")}`,
    async () => {
      const { status, body } = await api<Project>(`/v1/projects/${ref}`);
      if (status === 200 && wanted.includes(body.status)) return body;
      if (status === 200 && body.status === "INIT_FAILED") {
        const operations = await api(`/v1/operations?project_ref=${ref}`);
        throw new Error(`project ${ref} failed: ${JSON.stringify(operations.body)}`);
      }
      return undefined;
    },
    seconds,
  );
}

/** Runs SQL in a project as its owner, through the API. */
export async function sql<T = Record<string, unknown>>(ref: string, query: string): Promise<T[]> {
  const { status, body } = await api<T[]>(`/v1/projects/${ref}/database/query`, { body: { query } });
  if (status !== 201) throw new Error(`query answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Deletes a project, without a last backup, and waits until it is gone, for as many seconds as were said. */
export async function deleteProject(ref: string, { seconds = 60 } = {}): Promise<void> {
  const { status, body } = await api(`/v1/projects/${ref}?backup=false`, { method: "DELETE" });
  if (status !== 200 && status !== 404) throw new Error(`delete answered ${status}: ${JSON.stringify(body)}`);
  await sleepUntil(
    `project ${ref} to be gone`,
    async () => (await api(`/v1/projects/${ref}`)).status === 404 || undefined,
    seconds,
  );
}

/** Deletes many projects at once and waits until all are gone. */
export async function deleteProjects(refs: readonly string[]): Promise<void> {
  const options = { seconds: 45 + 15 * refs.length };
  await Promise.all(refs.map((ref) => deleteProject(ref, options)));
}
