import type { Response } from "express";
import type { Logger } from "pino";
import { isDatabaseUnavailable } from "../database/failures.ts";
import { ApiError } from "./apiError.ts";
import { errors } from "./errors.ts";

/** Turns anything thrown into an answer. What is not an {@link ApiError} is logged and never shown. */
export function toApiError(error: unknown, logger: Logger): ApiError {
  if (error instanceof ApiError) return error;
  if (isDatabaseUnavailable(error)) {
    logger.error({ err: error }, "control database unavailable");
    return errors.databaseUnavailable();
  }
  // Express's own: a path with broken percent-encoding.
  if (error instanceof URIError) {
    return errors.invalidInput([{ in: "path", path: "", message: "is not properly percent-encoded" }]);
  }
  logger.error({ err: error }, "unexpected error");
  return errors.internal();
}

/** The one place that writes an error. */
export function renderError(response: Response, error: ApiError, requestId: string): void {
  if (response.headersSent) {
    // A stream broke off: the client has to see that it is incomplete.
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(error.extras.headers ?? {})) response.setHeader(name, value);
  response.status(error.status).json(error.body(requestId));
}
