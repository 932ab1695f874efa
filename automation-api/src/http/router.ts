import { randomUUID } from "node:crypto";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { Router } from "express";
import type { Services } from "../api/services.ts";
import { ApiError } from "./apiError.ts";
import type { Route } from "./defineRoute.ts";
import type { HttpMetrics } from "./metrics.ts";
import { renderError, toApiError } from "./renderError.ts";
import { runRoute } from "./runRoute.ts";

/** Label of requests that no route takes; a path from outside never becomes a label. */
const UNROUTED = "unrouted";

/** A request id from outside is kept when it is harmless, so that a caller finds its own word in our logs. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

const requestIdOf = (response: Response) => String(response.getHeader("X-Request-Id"));

/** Gives each request an id, a log line and its figures. Paths stand in the log without their query. */
export function observe(services: Services, metrics: HttpMetrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const given = request.headers["x-request-id"];
    response.setHeader("X-Request-Id", typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID());
    const path = request.url.split("?")[0];
    response.once("close", () => {
      const operation = (response.locals["operation"] as string | undefined) ?? UNROUTED;
      const seconds = (performance.now() - started) / 1000;
      metrics.observe(operation, request.method, response.statusCode, seconds);
      const complete = response.writableFinished;
      services.logger.info(
        {
          requestId: requestIdOf(response),
          operation,
          method: request.method,
          path,
          status: response.statusCode,
          seconds,
          complete,
        },
        "request",
      );
    });
    next();
  };
}

/** All routes, without a version prefix; methods a path does not know are 405. */
export function createRouter(routes: readonly Route[], services: Services): Router {
  const router = Router({ caseSensitive: true, strict: false });
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()]);
    router[route.method](path, handle(route, services));
  }
  for (const [path, known] of methods) {
    router.all(path, () => {
      throw new ApiError(
        "method_not_allowed",
        "This path does not take this method.",
        `It takes ${known.join(", ")}.`,
        {
          headers: { Allow: known.join(", ") },
        },
      );
    });
  }
  return router;
}

function handle(route: Route, services: Services): RequestHandler {
  return async (request: Request, response: Response) => {
    response.locals["operation"] = route.operation;
    response.setHeader("Cache-Control", "no-store");
    const requestId = requestIdOf(response);
    const logger = services.logger.child({ requestId, operation: route.operation });
    await runRoute(route, services, request, response, requestId, logger);
  };
}

/** Last but one: nothing took the request. */
export const routeNotFound: RequestHandler = () => {
  throw new ApiError("route_not_found", "There is no such route.", "`GET /v1/openapi.json` lists what there is.");
};

/** Last: every error ends here. */
export function renderErrors(services: Services): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const requestId = requestIdOf(response);
    renderError(response, toApiError(error, services.logger.child({ requestId })), requestId);
  };
}
