import type { FieldIssue } from "@supalove/contracts/api/index.ts";
import type { z } from "zod";
import { errors } from "./errors.ts";
import { findTextFault } from "./textHygiene.ts";

/** Issues shown at most; a caller repairs the first ones first. */
const MAX_ISSUES = 20;

/**
 * Checks one part of a request.
 * @throws ApiError `invalid_input`, naming each wrong field
 */
export function parseInput<S extends z.ZodType>(schema: S, where: FieldIssue["in"], value: unknown): z.output<S> {
  const fault = findTextFault(value);
  if (fault) throw errors.invalidInput([{ in: where, ...fault }]);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_ISSUES).map(
    (issue): FieldIssue => ({
      in: where,
      path: issue.path.map(String).join(".").slice(0, 200),
      message: issue.message.slice(0, 300),
    }),
  );
  throw errors.invalidInput(issues);
}
