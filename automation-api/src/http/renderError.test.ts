import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ApiError } from "./apiError.ts";
import { errors } from "./errors.ts";
import { toApiError } from "./renderError.ts";

const silent = pino({ level: "silent" });

describe("toApiError", () => {
  it("shows nothing of an error that was not made for callers", () => {
    const inside = new Error("connect ECONNREFUSED /srv/secret prisma node_modules");
    const { code, status, message } = toApiError(inside, silent);
    expect({ code, status }).toEqual({ code: "internal_error", status: 500 });
    expect(message).not.toMatch(/ECONNREFUSED|prisma|work/);
  });

  it("keeps an error that was", () => {
    const error = errors.projectNotFound();
    expect(toApiError(error, silent)).toBe(error);
  });

  it("answers a thrown text like an unknown error", () => {
    expect(toApiError("boom", silent).code).toBe("internal_error");
  });

  it("renders a body with code, message and next step, headers apart", () => {
    const error = new ApiError("method_not_allowed", "No.", "Do this.", { headers: { Allow: "GET" } });
    expect(error.body("r1")).toEqual({
      message: "No.",
      code: "method_not_allowed",
      next_step: "Do this.",
      request_id: "r1",
    });
  });
});
