import express, { type Express } from "express";
import helmet from "helmet";
import type { HttpMetrics } from "../http/metrics.ts";
import { buildOpenApi } from "../http/openapi.ts";
import { createRouter, observe, renderErrors, routeNotFound } from "../http/router.ts";
import { ROUTES } from "./routes/index.ts";
import type { Services } from "./services.ts";
import { VERSION } from "./version.ts";

/** Both answer the same: the Management API's prefix, and the one of the first documents. */
const PREFIXES = ["/v1", "/api/v1"];

/** Puts the HTTP API together; it listens on nothing yet. */
export function createApp(services: Services, metrics: HttpMetrics): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  // Query strings are read by the routes themselves.
  app.set("query parser", false);
  app.use(observe(services, metrics));
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));

  const document = JSON.stringify(buildOpenApi(ROUTES, services.env.PUBLIC_API_URL, VERSION));
  const router = createRouter(ROUTES, services);
  router.get("/openapi.json", (_request, response) => {
    response.locals["operation"] = "getOpenApi";
    response.type("application/json").send(document);
  });
  app.use(PREFIXES, router);
  app.get("/readyz", (request, response, next) => {
    request.url = "/readyz";
    router(request, response, next);
  });
  app.use(routeNotFound);
  app.use(renderErrors(services));
  return app;
}
