import { ErrorBody } from "@supalove/contracts/api/index.ts";
import type { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { Route } from "./defineRoute.ts";

/** What any route may answer beside its own words. */
const COMMON_FAILURES = [400, 500, 503];

const WORDS: Readonly<Record<number, string>> = {
  400: "The input is wrong; `issues` says where",
  401: "No token, or one that is not taken",
  403: "The caller's role does not allow it",
  404: "Unknown, or of an organization the caller is not in",
  409: "At odds with the present state, or an Idempotency-Key of another request",
  413: "The body is too large",
  415: "The body is no JSON",
  429: "Too much at once",
  500: "A fault of the server",
  501: "Not available on this server yet",
  502: "The data plane does not answer",
  503: "A part of the platform does not answer",
};

/** The OpenAPI description, from the very schemas that requests are checked with. */
export function buildOpenApi(routes: readonly Route[], publicUrl: string, version: string): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = `/v1${route.path}`;
    paths[path] = { ...paths[path], [route.method]: describe(route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Supalove API",
      version,
      description: "Supabase Management API v1 and additions. Everything also answers under `/api/v1`.",
    },
    servers: [{ url: publicUrl }],
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    paths: paths as ZodOpenApiPathsObject,
  });
}

function describe(route: Route): ZodOpenApiOperationObject {
  const { status, description, schema } = route.response;
  const failures = new Set([...COMMON_FAILURES, ...(route.fails ?? []), ...impliedFailures(route)]);
  const parameters = {
    ...(route.params ? { path: route.params as z.ZodObject } : {}),
    ...(route.query ? { query: route.query as z.ZodObject } : {}),
  };
  return {
    operationId: route.operation,
    summary: route.summary,
    ...(route.scope === undefined ? {} : { security: [{ bearer: [] }] }),
    ...(Object.keys(parameters).length > 0 ? { requestParams: parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: { "application/json": { schema: route.body } } } } : {}),
    responses: {
      [status]: {
        description,
        ...(status === 204
          ? {}
          : { content: { [route.kind === "stream" ? "text/event-stream" : "application/json"]: { schema } } }),
      },
      ...Object.fromEntries(
        [...failures]
          .sort()
          .map((code) => [
            code,
            { description: WORDS[code] ?? "Error", content: { "application/json": { schema: ErrorBody } } },
          ]),
      ),
    },
  };
}

function impliedFailures(route: Route): number[] {
  return [
    ...(route.scope === undefined ? [] : [401]),
    ...(route.load ? [403, 404] : []),
    ...(route.body ? [413, 415] : []),
    ...(route.kind === "change" && route.idempotent ? [409] : []),
  ];
}
